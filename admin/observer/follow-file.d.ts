/** Hands on what is appended to a file. Types of follow-file.js. */

export interface Following {
  /** Settles when the file's end was found for the first time. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

export function followFile(
  file: string,
  options: {
    /** Valid until it returns. */
    onBytes(bytes: Buffer): void;
    onRotate(): void;
    onFault(error: Error): void;
    /** Between two looks; default 500. */
    everyMs?: number;
  },
): Following;
