using System.Runtime.CompilerServices;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators.Joins;

/// <summary>
/// Inner and left joins of any number of inputs, each tied by a key to one before it, in one step: nothing between is kept. A change of an input is completed to output rows by walking the tree from there, up
/// to the root and down to all others, through the inputs' arrangements.
/// <para>The change of the output is the sum over the inputs i of (inputs before i after this step) x (change of i) x (inputs behind i before this step). Where i hangs on a left edge, rows of the parent
/// whose last partner goes, or whose first one comes, are completed without it.</para>
/// <para>A row that replaces one with the same keys is completed together with it: one walk, two output rows for each end.</para>
/// </summary>
internal sealed unsafe class TreeJoinOperator : Operator
{
    // Changes between asking for memory and needing it.
    private const int Ahead = 6;

    private readonly Collection[] _collections;
    private readonly JoinEdge?[] _edges;
    private readonly int[] _ownIndexes;
    private readonly RowKey?[] _ownKeys;
    private readonly Hop[][] _routes;
    private readonly RowKey[][] _keysOf;
    private readonly RowGather _gather;
    private readonly StepKeys _padded = new();
    private readonly nint[] _sources;
    private readonly RowBuffer _read = new();
    private readonly List<(Collection Collection, int Index)> _indexes = [];
    private Hop[] _route = [];
    private int _origin;
    private nint _twin;
    private int _twinWeight;
    private StepContext? _context;

    /// <summary>One more input on the way: probed with a key of one that is there.</summary>
    private sealed record Hop(int Node, int From, RowKey FromKey, Collection Collection, int Index, bool IsLeft, bool IsNew, RowBuffer Row);

    /// <param name="edges">One for each input but the first.</param>
    /// <param name="columns">For each output column, the input and the column there.</param>
    public TreeJoinOperator(string fingerprint, RowLayout layout, IReadOnlyList<Operator> inputs, IReadOnlyList<JoinEdge> edges, IReadOnlyList<(int Source, int Column)> columns)
        : base("Join", fingerprint, layout, inputs)
    {
        _collections = [.. inputs.Select(input => input.Arrangement!)];
        _edges = [null, .. edges];
        _gather = new RowGather(layout, [.. inputs.Select(input => input.Layout)], columns);
        _sources = new nint[inputs.Count];
        _ownIndexes = new int[inputs.Count];
        _ownKeys = new RowKey?[inputs.Count];
        int[] upward = new int[inputs.Count];
        for (int node = 1; node < inputs.Count; node++)
        {
            var edge = _edges[node]!;
            _ownKeys[node] = new RowKey(inputs[node].Layout, edge.ChildColumns);
            _ownIndexes[node] = AddIndex(node, edge.ChildColumns);
            upward[node] = AddIndex(edge.Parent, edge.ParentColumns);
        }

        _routes = [.. Enumerable.Range(0, inputs.Count).Select(origin => RouteFrom(origin, upward))];
        _keysOf = [.. Enumerable.Range(0, inputs.Count).Select(KeysOf)];
    }

    public override void Step(StepContext context)
    {
        _context = context;
        for (int origin = 0; origin < Inputs.Count; origin++)
        {
            var changes = Inputs[origin].Output.Changes;
            if (changes.Length == 0) continue;
            _origin = origin;
            _route = _routes[origin];
            var first = _route[0];
            for (int index = 0; index < changes.Length; index++)
            {
                var change = changes[index];
                if ((index & (WorkBudget.RowsReadPerLook - 1)) == WorkBudget.RowsReadPerLook - 1) WorkBudget.Look();
                if (index + 2 * Ahead < changes.Length)
                {
                    first.Collection.PrefetchSlot(first.Index, first.FromKey.Hash(changes[index + 2 * Ahead].Row));
                    first.Collection.PrefetchRow(first.Index, first.FromKey.Hash(changes[index + Ahead].Row));
                }

                if (index + 1 < changes.Length && (long)change.Weight * changes[index + 1].Weight < 0 && HaveSameKeys(change.Row, changes[index + 1].Row))
                {
                    _twin = changes[++index].Row;
                    _twinWeight = changes[index].Weight;
                    // The weight that is walked with is that of the first; the twin's is told by its share.
                    Complete(change.Row, change.Weight);
                    _twin = 0;
                }
                else
                {
                    Complete(change.Row, change.Weight);
                }
            }

            if (_edges[origin] is { IsLeft: true }) Pad(changes);
        }
    }

    public override bool ReadsArrangements => true;

    public override void EmitContents(StepContext context)
    {
        _context = context;
        _origin = 0;
        _route = _routes[0];
        int rows = 0;
        foreach (uint handle in _collections[0].Handles())
        {
            if ((++rows & (WorkBudget.RowsReadPerLook - 1)) == 0) WorkBudget.Look();
            Complete(_collections[0].Row(handle, _read), _collections[0].Entry(handle)->Weight);
        }
    }

    public override void Dispose()
    {
        foreach (var (collection, index) in _indexes) collection.RemoveIndex(index);
        base.Dispose();
    }

    private void Complete(nint row, int weight)
    {
        _sources[_origin] = row;
        fixed (nint* sources = _sources) Walk(0, 1, weight, sources);
    }

    /// <summary>Goes on from the hops done so far; <paramref name="factor"/> is how often the others' rows are there together.</summary>
    private void Walk(int hopIndex, int factor, int weight, nint* sources)
    {
        if (hopIndex == _route.Length)
        {
            Emit(factor, weight, sources);
            return;
        }

        var hop = _route[hopIndex];
        nint from = sources[hop.From];
        bool isFound = false;
        if (from != 0 && !hop.FromKey.HasNull(from))
        {
            var matches = hop.Collection.Matches(hop.Index, hop.FromKey, from, hop.Row);
            while (matches.Move())
            {
                var entry = matches.Entry;
                int times = hop.IsNew ? entry->Weight : entry->OldWeight;
                if (times == 0) continue;
                isFound = true;
                sources[hop.Node] = matches.Row;
                Walk(hopIndex + 1, factor * times, weight, sources);
            }
        }

        if (isFound || !hop.IsLeft) return;
        sources[hop.Node] = 0;
        Walk(hopIndex + 1, factor, weight, sources);
    }

    private void Emit(int factor, int weight, nint* sources)
    {
        Output.Add(_gather.Make(sources, _context!.Arena), factor * weight);
        if (_twin == 0) return;
        nint first = sources[_origin];
        sources[_origin] = _twin;
        Output.Add(_gather.Make(sources, _context.Arena), factor * _twinWeight);
        sources[_origin] = first;
    }

    /// <summary>Parents that lost their last partner, or got their first one: their rows with nulls come or go.</summary>
    private void Pad(Span<Changes.ChangeBatch.Change> changes)
    {
        var key = _ownKeys[_origin]!;
        foreach (ref readonly var change in changes)
        {
            if (key.HasNull(change.Row)) continue;
            uint hash = key.Hash(change.Row);
            int sign = Transition(key, change.Row, hash);
            if (sign == 0 || !_padded.Add(key, change.Row, hash, out _)) continue;
            // The first hop goes up by the key of this row; from there on the input has no row.
            _sources[_origin] = change.Row;
            fixed (nint* sources = _sources) WalkPadded(change.Row, hash, sign, sources);
        }

        _padded.Clear();
    }

    private int Transition(RowKey key, nint row, uint hash)
    {
        bool was = false, isNow = false;
        var matches = _collections[_origin].Matches(_ownIndexes[_origin], key, row, hash, _read);
        while (matches.Move())
        {
            was |= matches.Entry->OldWeight != 0;
            isNow |= matches.Entry->Weight != 0;
            if (was && isNow) return 0;
        }

        return was == isNow ? 0 : was ? 1 : -1;
    }

    private void WalkPadded(nint row, uint hash, int sign, nint* sources)
    {
        var hop = _route[0];
        var matches = hop.Collection.Matches(hop.Index, hop.FromKey, row, hash, hop.Row);
        while (matches.Move())
        {
            int times = hop.IsNew ? matches.Entry->Weight : matches.Entry->OldWeight;
            if (times == 0) continue;
            sources[_origin] = 0;
            sources[hop.Node] = matches.Row;
            Walk(1, times, sign, sources);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HaveSameKeys(nint left, nint right)
    {
        foreach (var key in _keysOf[_origin])
            if (!key.AreEqual(left, key, right)) return false;
        return true;
    }

    private RowKey[] KeysOf(int node)
    {
        var keys = new List<RowKey>();
        if (_ownKeys[node] is { } own) keys.Add(own);
        for (int child = 1; child < _edges.Length; child++)
            if (_edges[child]!.Parent == node) keys.Add(new RowKey(Inputs[node].Layout, _edges[child]!.ParentColumns));
        return [.. keys.DistinctBy(key => string.Join(',', key.Columns))];
    }

    private Hop[] RouteFrom(int origin, int[] upward)
    {
        var hops = new List<Hop>();
        bool[] isThere = new bool[Inputs.Count];
        isThere[origin] = true;
        for (int node = origin; node > 0; node = _edges[node]!.Parent)
        {
            int parent = _edges[node]!.Parent;
            hops.Add(new Hop(parent, node, _ownKeys[node]!, _collections[parent], upward[node], IsLeft: false, parent < origin, new RowBuffer()));
            isThere[parent] = true;
        }

        for (int node = 1; node < Inputs.Count; node++)
        {
            if (isThere[node]) continue;
            var edge = _edges[node]!;
            hops.Add(new Hop(node, edge.Parent, new RowKey(Inputs[edge.Parent].Layout, edge.ParentColumns), _collections[node], _ownIndexes[node], edge.IsLeft, node < origin, new RowBuffer()));
        }

        return [.. hops];
    }

    private int AddIndex(int node, IReadOnlyList<int> columns)
    {
        int index = _collections[node].AddIndex(columns);
        _indexes.Add((_collections[node], index));
        return index;
    }
}
