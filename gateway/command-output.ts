/** What a command of the command line prints, and how it ends. */

export interface CommandOutput {
  /** 0 good, 1 findings or failure, 2 wrong usage. */
  exitCode: 0 | 1 | 2;
  stdout: string[];
  stderr: string[];
}

export function failed(message: string, ...more: string[]): CommandOutput {
  return { exitCode: 1, stdout: [], stderr: [`headgate: ${message}`, ...more] };
}

/** Who asked for a document gets one, also where there is nothing but an error to tell. */
export function asDocument(output: CommandOutput): CommandOutput {
  if (output.stdout.length > 0) return output;
  return { ...output, stdout: [JSON.stringify({ ok: false, error: output.stderr.join('\n') }, null, 2)] };
}

/** Text of somebody else: it must not move the terminal's cursor. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
