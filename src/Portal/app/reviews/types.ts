export interface Words {
  zh: string;
  en: string;
}

export type QuestionKind = 'stars' | 'nps' | 'csat' | 'choice' | 'text' | 'screenshot';
export const questionKinds: readonly QuestionKind[] = ['stars', 'nps', 'csat', 'choice', 'text', 'screenshot'];

export interface Question {
  id: string;
  kind: QuestionKind;
  title: Words;
  required: boolean;
  options: { id: string; title: Words }[];
  many: boolean;
}

export type TriggerKind = 'manual' | 'load' | 'event';
export const triggerKinds: readonly TriggerKind[] = ['manual', 'load', 'event'];

export interface FormDraft {
  title: Words;
  thanks: Words | null;
  questions: Question[];
  trigger: { kind: TriggerKind; event: string | null; delaySeconds: number };
  caps: { timesMax: number; pauseDays: number };
  objectType: string | null;
  segment: string | null;
  anonymous: boolean;
  origins: string[];
  route: { owner: string; hours: number; negativeOnly: boolean } | null;
}

export type FormState = 'draft' | 'open' | 'closed';

export interface ReviewForm {
  id: string;
  draft: FormDraft;
  state: FormState;
  link: string | null;
  version: number;
  changedBy: string;
  changedAt: string;
  reviews: number;
}

export type Sentiment = 'negative' | 'neutral' | 'positive';
export const sentiments: readonly Sentiment[] = ['positive', 'neutral', 'negative'];
export type ModerationState = 'pending' | 'published' | 'hidden';
export const moderationStates: readonly ModerationState[] = ['pending', 'published', 'hidden'];

export interface Answer {
  question: string;
  kind: QuestionKind;
  number: number | null;
  text: string | null;
  choices: string[];
  image: { type: string; bytes: number } | null;
}

export interface Review {
  number: number;
  form: string;
  formVersion: number;
  subject: string | null;
  at: string;
  answers: Answer[];
  context: { version: string | null; module: string | null; language: string | null };
  tags: string[];
  sentiment: { label: Sentiment; score: number; keywords: string[] };
  moderation: { state: ModerationState; reason: string | null; by: string | null; at: string | null };
  reply: { text: string; by: string; at: string } | null;
  task: { owner: string; dueAt: string; doneAt: string | null } | null;
  version: number;
}

export interface Figures {
  reviews: number;
  promoters: number;
  passives: number;
  detractors: number;
  nps: number | null;
  csat: number | null;
  stars: number | null;
  positive: number;
  neutral: number;
  negative: number;
}

export interface ResultPoint {
  at: string;
  figures: Figures;
}

export interface Results {
  total: Figures;
  series: { name: string; total: Figures; points: ResultPoint[] }[];
  keywords: { keyword: string; reviews: number; negative: number }[];
}

export const textOf = (review: Review): string => review.answers.flatMap((answer) => (answer.text === null ? [] : [answer.text])).join('\n');

/** What a review's numbers say, in a few signs. */
export const numbersOf = (review: Review): string => review.answers.flatMap((answer) => (answer.number === null ? [] : [answer.kind === 'stars' ? '★'.repeat(answer.number) : `${answer.kind.toUpperCase()} ${answer.number}`])).join(' · ');

export const isLate = (review: Review, now: number): boolean => review.task !== null && review.task.doneAt === null && Date.parse(review.task.dueAt) <= now;

export const blankDraft = (): FormDraft => ({
  title: { zh: '', en: '' }, thanks: null, questions: [], trigger: { kind: 'manual', event: null, delaySeconds: 0 }, caps: { timesMax: 1, pauseDays: 0 }, objectType: null, segment: null, anonymous: true, origins: [], route: null,
});

/** Options as they are written, one a line: `id Chinese | English`. Null where a line is none. */
export function readOptions(text: string): Question['options'] | null {
  const options: Question['options'] = [];
  for (const line of text.split('\n').map((one) => one.trim()).filter((one) => one !== '')) {
    const match = /^([a-z0-9][a-z0-9._-]{0,63})\s+([^|]+?)(?:\s*\|\s*(.+))?$/.exec(line);
    if (match === null) return null;
    options.push({ id: match[1]!, title: { zh: match[2]!, en: match[3] ?? match[2]! } });
  }
  return options;
}

export const writeOptions = (options: Question['options']): string => options.map((option) => (option.title.zh === option.title.en ? `${option.id} ${option.title.zh}` : `${option.id} ${option.title.zh} | ${option.title.en}`)).join('\n');

export const snippet = (origin: string, link: string): string => `<script src="${origin}/widgets/reviews.js" data-form="${link}"></` + 'script>';
