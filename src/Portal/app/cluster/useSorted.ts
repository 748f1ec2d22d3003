import { computed, ref, type Ref } from 'vue';

/** Rows in the order of a column that people choose; numbers begin with the largest, and what is missing comes last. */
export function useSorted<T, Column extends string>(rows: Ref<readonly T[]>, valueOf: (row: T, column: Column) => number | string | null, first: Column) {
  const column = ref(first) as Ref<Column>;
  const down = ref(true);

  function by(next: Column): void {
    if (column.value === next) down.value = !down.value;
    else {
      const sample = rows.value.map((row) => valueOf(row, next)).find((value) => value !== null);
      column.value = next;
      down.value = typeof sample !== 'string';
    }
  }

  const sorted = computed(() =>
    [...rows.value].sort((a, b) => {
      const left = valueOf(a, column.value);
      const right = valueOf(b, column.value);
      if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
      const order = typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right));
      return down.value ? -order : order;
    }),
  );
  const ariaSort = (name: Column) => (column.value === name ? (down.value ? 'descending' : 'ascending') : 'none');
  return { sorted, column, down, by, ariaSort };
}
