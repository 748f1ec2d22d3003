using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// Makes a row of columns of several rows. Columns that lie beside each other in a source and in the target are copied as one run, the bytes of variable ones too. A source that is 0 gives nulls.
/// </summary>
internal sealed unsafe class RowGather
{
    private readonly int _fixedBytes;
    private readonly Run[] _runs;
    private readonly VariableRun[] _variables;
    private readonly int[] _variableSlots;

    /// <summary>Columns that are beside each other here and there: their slots, and their null bits.</summary>
    private readonly record struct Run(int Source, int SourceOffset, int TargetOffset, int Bytes, int SourceColumn, int TargetColumn, int Columns, bool HasNulls);

    /// <summary>Variable columns whose bytes are one piece here and there. Their slots' offsets in the target are those from <see cref="FirstSlot"/> on.</summary>
    private readonly record struct VariableRun(int Source, int FirstSlot, int Slots);

    /// <param name="target">The row to make.</param>
    /// <param name="sources">Layouts of the sources.</param>
    /// <param name="columns">For each column of the target its source and the column there.</param>
    public RowGather(RowLayout target, IReadOnlyList<RowLayout> sources, IReadOnlyList<(int Source, int Column)> columns)
    {
        _fixedBytes = target.FixedBytes;
        var runs = new List<Run>();
        var variables = new List<VariableRun>();
        var slots = new List<int>();
        for (int first = 0; first < columns.Count;)
        {
            var (source, column) = columns[first];
            int last = first + 1;
            while (last < columns.Count && columns[last] == (source, column + last - first)) last++;
            var layout = sources[source];
            int end = last - first + column;
            int bytes = (end < layout.Count ? layout.OffsetOf(end) : layout.FixedBytes) - layout.OffsetOf(column);
            bool hasNulls = Enumerable.Range(column, last - first).Any(index => layout.Schema[index].Type.IsNullable);
            runs.Add(new Run(source, layout.OffsetOf(column), target.OffsetOf(first), bytes, column, first, last - first, hasNulls));
            int firstSlot = slots.Count;
            for (int index = first; index < last; index++)
                if (target.Schema[index].Type.IsVariable) slots.Add(target.OffsetOf(index));
            if (slots.Count > firstSlot) variables.Add(new VariableRun(source, firstSlot, slots.Count - firstSlot));
            first = last;
        }

        _runs = [.. runs];
        _variables = [.. variables];
        _variableSlots = [.. slots];
    }

    /// <summary>The columns of several rows one after the other.</summary>
    public static RowGather Concatenation(RowLayout target, params IReadOnlyList<RowLayout> sources) =>
        new(target, sources, [.. sources.SelectMany((source, index) => Enumerable.Range(0, source.Count).Select(column => (index, column)))]);

    [SkipLocalsInit]
    public nint Make(nint left, nint right, RowArena arena)
    {
        nint* sources = stackalloc nint[2];
        sources[0] = left;
        sources[1] = right;
        return Make(sources, arena);
    }

    public nint Make(nint* sources, RowArena arena)
    {
        // The bytes of variable columns are known once the slots are there; those of the whole sources are an upper bound.
        int bound = _fixedBytes;
        foreach (ref readonly var variable in _variables.AsSpan())
            if (sources[variable.Source] != 0) bound += *(int*)sources[variable.Source];
        byte* target = (byte*)arena.Allocate(bound);
        int headBytes = _runs.Length == 0 ? _fixedBytes : _runs[0].TargetOffset;
        Unsafe.InitBlockUnaligned(target, 0, (uint)headBytes);
        foreach (ref readonly var run in _runs.AsSpan())
        {
            byte* source = (byte*)sources[run.Source];
            if (source == null)
            {
                Unsafe.InitBlockUnaligned(target + run.TargetOffset, 0, (uint)run.Bytes);
                for (int column = run.TargetColumn; column < run.TargetColumn + run.Columns; column++) target[RowLayout.NullsOffset + (column >> 3)] |= (byte)(1 << (column & 7));
                continue;
            }

            Copy(target + run.TargetOffset, source + run.SourceOffset, run.Bytes);
            if (run.HasNulls) CopyNulls(target, source, run);
        }

        int place = _fixedBytes;
        foreach (ref readonly var variable in _variables.AsSpan())
            if (sources[variable.Source] != 0) place = CopyVariables(target, sources[variable.Source], variable, place);
        Unsafe.WriteUnaligned(target, place);
        arena.Shrink((nint)target, bound, place);
        return (nint)target;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte* target, byte* source, int bytes)
    {
        // Short runs are usual; two overlapping moves are quicker than a call.
        if (bytes > 32)
        {
            Unsafe.CopyBlockUnaligned(target, source, (uint)bytes);
        }
        else if (bytes >= 16)
        {
            var first = Unsafe.ReadUnaligned<Int128>(source);
            var last = Unsafe.ReadUnaligned<Int128>(source + bytes - 16);
            Unsafe.WriteUnaligned(target, first);
            Unsafe.WriteUnaligned(target + bytes - 16, last);
        }
        else if (bytes >= 8)
        {
            ulong first = Unsafe.ReadUnaligned<ulong>(source);
            ulong last = Unsafe.ReadUnaligned<ulong>(source + bytes - 8);
            Unsafe.WriteUnaligned(target, first);
            Unsafe.WriteUnaligned(target + bytes - 8, last);
        }
        else
        {
            for (int index = 0; index < bytes; index++) target[index] = source[index];
        }
    }

    private static void CopyNulls(byte* target, byte* source, in Run run)
    {
        int from = RowLayout.NullsOffset + (run.SourceColumn >> 3);
        int to = RowLayout.NullsOffset + ((run.SourceColumn + run.Columns - 1) >> 3);
        int any = 0;
        for (int index = from; index <= to; index++) any |= source[index];
        if (any == 0) return;
        for (int index = 0; index < run.Columns; index++)
        {
            int column = run.SourceColumn + index;
            if ((source[RowLayout.NullsOffset + (column >> 3)] & (1 << (column & 7))) == 0) continue;
            column = run.TargetColumn + index;
            target[RowLayout.NullsOffset + (column >> 3)] |= (byte)(1 << (column & 7));
        }
    }

    /// <summary>Copies the bytes of one run and lets its slots, which still hold the places of the source, say the new ones. A null's slot is zero; that of an empty text holds a place and the length 0.</summary>
    private int CopyVariables(byte* target, nint source, in VariableRun run, int place)
    {
        int start = -1, bytes = 0;
        for (int index = run.FirstSlot; index < run.FirstSlot + run.Slots; index++)
        {
            int* slot = (int*)(target + _variableSlots[index]);
            int from = Unsafe.ReadUnaligned<int>(slot);
            if (from == 0) continue;
            if (start < 0) start = from;
            bytes += Unsafe.ReadUnaligned<int>(slot + 1);
            Unsafe.WriteUnaligned(slot, from - start + place);
        }

        if (bytes > 0) Copy(target + place, (byte*)source + start, bytes);
        return place + bytes;
    }
}
