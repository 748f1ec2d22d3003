import { inject, provide, ref, type InjectionKey, type Ref } from 'vue';

/** The moment under the pointer, shared by the charts of one page; null when it is over none. */
const key: InjectionKey<Ref<number | null>> = Symbol('hover');

export function provideHover(): Ref<number | null> {
  const hover = ref<number | null>(null);
  provide(key, hover);
  return hover;
}

export function useHover(): Ref<number | null> {
  return inject(key, () => ref<number | null>(null), true);
}
