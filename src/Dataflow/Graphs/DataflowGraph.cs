using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Graphs;

/// <summary>
/// Views over tables, kept true change by change. For one thread at a time.
/// <code>
/// rows are built in Arena and given to tables; Step(now) carries them through all operators, inputs first;
/// the views' changes are read; EndStep() settles states and frees the arena
/// </code>
/// Tables and views are added and removed between steps. Plans that ask the same thing share operators and their state, by fingerprint. A view that joins is filled from the rows that
/// are there. One whose expressions have no value (policy FAIL), or whose state outgrows its bound, is stopped with a reason: the operators that only it needs go, its rows stay readable, the others go on.
/// <para>Given the same tables, views, changes and clocks in the same order it gives the same changes: there is no time but that of the steps and no randomness.</para>
/// </summary>
public sealed partial class DataflowGraph : IDisposable
{
    private const int DetailColumnsMax = 12;

    private readonly DataflowOptions _options;
    private readonly StateMemory _memory;
    private readonly StepContext _context;
    private readonly List<Operator> _operators = [];
    private readonly Dictionary<string, Operator> _byFingerprint = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DataflowTable> _tables = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, DataflowView> _views = new(StringComparer.OrdinalIgnoreCase);
    // Of operators that dropped a row; until views come or go.
    private readonly Dictionary<Operator, string> _owners = [];
    private Registry? _filling;
    private int _nextId = 1;
    private long _steps;
    private bool _isInStep;

    public DataflowGraph(DataflowOptions? options = null)
        : this(options, (0, 1))
    {
    }

    internal DataflowGraph(DataflowOptions? options, (int Number, int Count) partition)
    {
        _partition = partition;
        _options = options ?? new DataflowOptions();
        _context = new StepContext(new RowArena(_options.StepBytesMax));
        _memory = new StateMemory(_options.ResidentBytesMax, _options.SpillFolder) { Rows = _context.Arena };
    }

    /// <summary>Where rows of the next step are built.</summary>
    public RowArena Arena => _context.Arena;

    public IReadOnlyCollection<DataflowTable> Tables => _tables.Values;

    public IReadOnlyCollection<DataflowView> Views => _views.Values;

    /// <summary>Is told each row that has no value under the policy DEAD LETTER, while it is in memory. Set it before views are added.</summary>
    public Action<DeadRow>? OnDeadLetter { get; set; }

    /// <summary>The instant, in microseconds since 1970-01-01, at which a step without input has something to do; <see cref="long.MaxValue"/>: none.</summary>
    public long NextTimer
    {
        get
        {
            long next = long.MaxValue;
            foreach (var node in _operators) next = Math.Min(next, node.NextTimer);
            return next;
        }
    }

    /// <summary>The clock of the last step; <see cref="long.MinValue"/>: there was none.</summary>
    public long NowMicroseconds { get; private set; } = long.MinValue;

    /// <summary>Bytes of state in the process's memory.</summary>
    public long ResidentBytes => _memory.ResidentBytes;

    /// <summary>Bytes of state in files of the spill folder.</summary>
    public long SpilledBytes => _memory.SpilledBytes;

    public DataflowTable FindTable(string name) =>
        _tables.TryGetValue(name, out var table) ? table : throw new InvalidOperationException($"The graph has no table {name}. It has: {string.Join(", ", _tables.Keys)}.");

    public DataflowView FindView(string name) =>
        _views.TryGetValue(name, out var view) ? view : throw new InvalidOperationException($"The graph has no view {name}. It has: {string.Join(", ", _views.Keys)}.");

    /// <summary>Adds a table without rows.</summary>
    /// <param name="keepsRows">Whether a table that only grows keeps its rows, so that views that are added later see them. Others always do.</param>
    public DataflowTable AddTable(Relation relation, bool keepsRows = true)
    {
        return AddTable(relation, keepsRows, stage: 0);
    }

    internal DataflowTable AddTable(Relation relation, bool keepsRows, int stage)
    {
        ExpectBetweenSteps();
        ExpectNewName(relation.Name);
        var table = new DataflowTable(new TableOperator(relation, $"table {relation.Name.ToUpperInvariant()}", keepsRows, _memory));
        table.Operator.Users = table.Operator.ArrangementUsers = 1;
        table.Operator.Id = _nextId++;
        table.Operator.Stage = stage;
        _operators.Add(table.Operator);
        _byFingerprint.Add(table.Operator.Fingerprint, table.Operator);
        _tables.Add(relation.Name, table);
        return table;
    }

    /// <summary>Removes a table that no view reads.</summary>
    public void RemoveTable(string name)
    {
        ExpectBetweenSteps();
        var table = FindTable(name);
        if (table.Operator.Users > 1) throw new InvalidOperationException($"Table {name} is read by {string.Join(", ", ViewsOf(table.Operator))}. Remove the views first.");
        _tables.Remove(name);
        Release(table.Operator);
    }

    /// <summary>Carries what the tables were given through all views.</summary>
    /// <param name="nowMicroseconds">The step's clock; one that is behind the former step's is taken as that.</param>
    public void Step(long nowMicroseconds)
    {
        ExpectWhole();
        ExpectBetweenSteps();
        _isInStep = true;
        NowMicroseconds = _context.NowMicroseconds = Math.Max(NowMicroseconds, nowMicroseconds);
        for (int index = 0; index < _operators.Count; index++)
        {
            var node = _operators[index];
            if (!IsDue(node)) continue;
            long started = _options.Clock?.GetTimestamp() ?? 0;
            try
            {
                node.Step(_context);
                Keep(node);
            }
            catch (SqlValueException error)
            {
                index -= Stop(node, ViewStatus.Failed, error.Message, index);
                continue;
            }

            Count(node, started);
        }

        if (++_steps % _options.StepsPerSizeCheck == 0) CheckSizes();
    }

    /// <summary>Ends a step: its rows and changes are forgotten.</summary>
    public void EndStep()
    {
        if (!_isInStep) return;
        foreach (var node in _operators)
        {
            node.Output.Clear();
            node.Settle();
            node.Arrangement?.Settle();
        }

        foreach (var view in _views.Values)
            if (view.Status != ViewStatus.Live) view.Kept?.Settle();
        _context.Arena.Reset();
        _isInStep = false;
    }

    public void Dispose()
    {
        foreach (var node in Enumerable.Reverse(_operators)) node.Dispose();
        foreach (var view in _views.Values)
            if (view.Status != ViewStatus.Live) view.Kept?.Dispose();
        _context.Dispose();
        _memory.Dispose();
    }

    /// <summary>The operators in the order in which they work.</summary>
    public IReadOnlyList<OperatorReport> Report() => [.. _operators.Select(node => new OperatorReport(
        node.Id, node.Kind, DetailOf(node), [.. node.Inputs.Select(input => input.Id)], [.. ViewsOf(node)], node.Counters.RowsIn, node.Counters.RowsOut, node.Counters.RowsDropped,
        node.StateRows + (node.Arrangement?.Count ?? 0), BytesOf(node), (long)(_options.Clock?.GetElapsedTime(0, node.Counters.BusyTicks).TotalMicroseconds ?? 0)))];

    /// <summary>Bytes of the state that a view needs, shared operators included.</summary>
    public long StateBytesOf(DataflowView view) => view.Status == ViewStatus.Live ? Needed(view.Root).Sum(BytesOf) : view.Kept?.Bytes ?? 0;

    private static string DetailOf(Operator node) => node is TableOperator table
        ? table.Relation.Name
        : string.Join(", ", node.Layout.Schema.Columns.Take(DetailColumnsMax).Select(column => column.Name)) + (node.Layout.Count > DetailColumnsMax ? ", ..." : "");

    private static long BytesOf(Operator node) => node.StateBytes + (node.Arrangement?.Bytes ?? 0);

    private static bool IsDue(Operator node, long now)
    {
        if (node is TableOperator table) return table.HasPending;
        foreach (var input in node.Inputs)
            if (input.Output.Count > 0) return true;
        return node.NextTimer <= now;
    }

    private bool IsDue(Operator node) => IsDue(node, NowMicroseconds);

    /// <summary>The arrangement of an operator takes its changes.</summary>
    private static void Keep(Operator node)
    {
        if (node.Arrangement is not { } arrangement || node.KeepsItself) return;
        foreach (ref readonly var change in node.Output.Changes) arrangement.Apply(change.Row, change.Weight);
    }

    private void Count(Operator node, long started)
    {
        foreach (var input in node.Inputs) node.Counters.RowsIn += input.Output.Count;
        node.Counters.RowsOut += node.Output.Count;
        if (_options.Clock is { } clock) node.Counters.BusyTicks += clock.GetTimestamp() - started;
    }

    /// <summary>The operators that an operator's rows are made of, itself included.</summary>
    private static HashSet<Operator> Needed(Operator root)
    {
        var needed = new HashSet<Operator>();
        var open = new Stack<Operator>([root]);
        while (open.TryPop(out var node))
        {
            if (!needed.Add(node)) continue;
            foreach (var input in node.Inputs) open.Push(input);
        }

        return needed;
    }

    private IEnumerable<string> ViewsOf(Operator node) => _views.Values.Where(view => view.Status == ViewStatus.Live && Needed(view.Root).Contains(node)).Select(view => view.Name);

    private void CheckSizes()
    {
        foreach (var view in _views.Values.ToArray())
        {
            long bound = view.Options.BytesMax ?? _options.ViewBytesMax;
            if (bound == long.MaxValue || view.Status != ViewStatus.Live) continue;
            long bytes = StateBytesOf(view);
            if (bytes <= bound) continue;
            Stop(view, ViewStatus.Paused, $"The state of view {view.Name} is {bytes:N0} bytes, over its bound of {bound:N0}. Raise the bound, or let the view keep less, and replace it.");
        }
    }

    private void ExpectBetweenSteps()
    {
        if (_isInStep) throw new InvalidOperationException("A step of the graph has not ended: call EndStep first.");
        if (_isTransferred) throw new InvalidOperationException("A checkpoint of the graph is under way: wait for its end. If its restore failed, make another graph.");
    }

    private void ExpectNewName(string name)
    {
        if (_tables.ContainsKey(name) || _views.ContainsKey(name)) throw new InvalidOperationException($"The graph has a table or a view of the name {name} already.");
    }
}
