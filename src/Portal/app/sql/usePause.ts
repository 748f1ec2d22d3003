import { ref, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { api } from '@/api/endpoints';
import { Problem } from '@/api/problem';
import { toast } from '@/common/toast';
import { useProblemText } from '@/common/useProblemText';

/** Pauses and resumes a view or an insert, and says what came of it. */
export function usePause(tenant: () => string, name: () => string, reload: () => Promise<void>): { busy: Ref<boolean>; pause: (stop: boolean) => Promise<void> } {
  const { t } = useI18n();
  const problemText = useProblemText();
  const busy = ref(false);
  async function pause(stop: boolean): Promise<void> {
    busy.value = true;
    try {
      await (stop ? api.sql.pause(tenant(), name()) : api.sql.resume(tenant(), name()));
      toast.done(t(stop ? 'sql.paused' : 'sql.resumed', { name: name() }));
      await reload();
    } catch (error) {
      toast.failed(problemText.text(Problem.from(error)));
    } finally {
      busy.value = false;
    }
  }
  return { busy, pause };
}
