/** The bytes of a post: the notice as JSON, or a text for an incoming webhook of Slack (Mattermost, Rocket.Chat take it too). */
import type { Notice, NoticeSeverity, Webhook } from './words.ts';

/** Slack shows no more of a block. */
const MOST_BLOCK_CHARACTERS = 2_900;

const COLOURS: Record<NoticeSeverity, string> = {
  critical: '#c62828',
  warning: '#ef6c00',
  info: '#1565c0',
};

const TITLES: Record<string, string> = {
  finding: 'Coverage finding',
  drift: 'Drift',
  engage: 'A line began',
  disengage: 'A line ended',
  reminder: 'Reminder',
  revision: 'Revision',
  decision: 'Decision of the gate',
};

export function bodyOf(notice: Notice, format: Webhook['format']): string {
  return JSON.stringify(format === 'slack' ? slackBody(notice) : notice);
}

/** The plain text reads well by itself: phones and screen readers show nothing else. */
function slackBody(notice: Notice) {
  const title = TITLES[notice.kind] ?? notice.kind;
  const where = notice.room === null ? '' : ` in ${notice.room}`;
  const text = `${capital(notice.severity)}: ${title}${where}. ${notice.summary}`;
  const link = notice.link === undefined ? '' : `\n<${notice.link}|More in Headgate>`;
  const shown = `*${escaped(title + where)}*\n${escaped(notice.summary)}`.slice(0, MOST_BLOCK_CHARACTERS);
  return {
    text: escaped(text),
    attachments: [
      {
        color: COLOURS[notice.severity],
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: shown + link } },
          { type: 'context', elements: [{ type: 'plain_text', text: `${notice.severity}, ${notice.at}` }] },
        ],
      },
    ],
  };
}

/** Slack's own rule: these three, and no others. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
