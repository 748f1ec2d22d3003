import { useI18n } from 'vue-i18n';
import { Problem } from '@/api/problem';

/** A problem in words: a headline in the person's language, and the server's own detail. */
export function useProblemText() {
  const { t, te } = useI18n();
  const title = (error: unknown): string => {
    const problem = Problem.from(error);
    if (problem.status === 0) return t(problem.title === 'timeout' ? 'problem.timeout' : 'problem.network');
    const key = problem.status >= 500 && problem.status !== 503 ? 'problem.500' : `problem.${problem.status}`;
    return te(key) ? t(key) : problem.title;
  };
  const detail = (error: unknown): string | null => {
    const problem = Problem.from(error);
    if (problem.status === 0) return null;
    const fields = Object.entries(problem.fields).map(([field, messages]) => `${field}: ${messages.join(' ')}`);
    return [problem.detail, ...fields.filter((line) => problem.detail === null || !problem.detail.includes(line.slice(line.indexOf(':') + 2)))].filter(Boolean).join('\n') || null;
  };
  return { title, detail, text: (error: unknown) => [title(error), detail(error)].filter(Boolean).join(' – ') };
}
