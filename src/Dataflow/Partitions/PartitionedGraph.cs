using Orrery.Dataflow.Graphs;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Partitions;

/// <summary>
/// One partition of a dataflow: a graph that holds a part of the rows, steps together with those of the other partitions, and changes rows with them where an operator needs them together. For one call at a time.
/// <code>
/// all partitions make the same calls in the same order, with the same numbers, clocks, tables and views; each is given its own rows
/// Give: a change goes to the partition of its key, or stays (TableFeed)
/// Step: for each stage: the operators of the stage work; rows for the next one are given; those of the others are taken
/// after the last stage the partitions tell each other what failed: views stop at all of them or at none
/// the views' changes are read, then EndStep; each partition has other rows of a view, and together they are the view
/// </code>
/// After an error of a step (a message that cannot be read, memory that is out, a cancellation) the graph is of no use: make another, restore it from a checkpoint, and repeat the steps since. Given the same rows it
/// sends the same bytes.
/// </summary>
public sealed class PartitionedGraph : IDisposable, IExchangeReceiver
{
    /// <summary>Partitions of one dataflow, at most.</summary>
    public const int PartitionsMax = 256;

    private readonly IExchange _exchange;
    private readonly ExchangeOutbox _outbox;
    private readonly PartitionPlanner _planner = new();
    private readonly Dictionary<ulong, Feed> _feeds = [];
    private readonly Dictionary<string, Feed> _byName = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<ulong, ExchangeOperator> _exchanges = [];
    private bool _isBroken;
    private bool _isGiven;
    private long _nextTimer = long.MaxValue;

    /// <param name="partition">Its number, from 0, and how many there are.</param>
    /// <param name="roundBytesMax">Bytes that it sends in one round, at most; default 1 GiB.</param>
    public PartitionedGraph(IExchange exchange, (int Number, int Count) partition, DataflowOptions? options = null, long roundBytesMax = 1L << 30)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partition.Count, PartitionsMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(partition.Count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(partition.Number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition.Number, partition.Count);
        _exchange = exchange;
        Graph = new DataflowGraph(options, partition);
        _outbox = new ExchangeOutbox(partition, roundBytesMax);
    }

    private sealed class Feed(DataflowTable table, KeyHash? hash)
    {
        public DataflowTable Table { get; } = table;

        /// <summary>Says where changes go; null: they stay.</summary>
        public KeyHash? Hash { get; } = hash;

        public List<(long Order, nint Row, int Weight)> Pending { get; } = [];

        public List<(long Order, nint Row, int Weight)> Own { get; } = [];

        public long Latest { get; set; } = long.MinValue;
    }

    /// <summary>The graph: its arena for rows to give, its tables and views to read, its state for checkpoints.</summary>
    public DataflowGraph Graph { get; }

    /// <summary>As <see cref="DataflowGraph.NextTimer"/>, of all partitions, as of the last step; so that all know when to step.</summary>
    public long NextTimer => _nextTimer;

    RowArena IExchangeReceiver.Arena => Graph.Arena;

    /// <summary>Adds a table without rows.</summary>
    public DataflowTable AddTable(Relation relation, TableFeed feed, bool keepsRows = true)
    {
        bool isExchanged = Graph.Partition.Count > 1 && PartitionPlanner.IsExchanged(relation, feed);
        var table = Graph.AddTable(relation, keepsRows, isExchanged ? 1 : 0);
        _planner.AddTable(relation, feed);
        var added = new Feed(table, isExchanged ? new KeyHash(table.Layout, PartitionPlanner.KeyOf(relation)) : null);
        _byName[relation.Name] = _feeds[PartName.Of(relation.Name.ToUpperInvariant())] = added;
        return table;
    }

    public void RemoveTable(string name)
    {
        Graph.RemoveTable(name);
        _planner.Remove(name);
        _byName.Remove(name);
        _feeds.Remove(PartName.Of(name.ToUpperInvariant()));
    }

    /// <summary>Gives a change of a table for the next step: at any partition, once.</summary>
    /// <param name="row">In <see cref="DataflowGraph.Arena"/>, by the table's layout.</param>
    /// <param name="weight">With a primary key: above zero the row replaces the one of its key, below the one of its key goes. Without: so many come or go.</param>
    /// <param name="order">Where changes of one key come in at several partitions in one step, they are taken in this order.</param>
    public void Give(string table, nint row, int weight, long order)
    {
        if (!_byName.TryGetValue(table, out var feed)) throw new InvalidOperationException($"The graph has no table {table}. It has: {string.Join(", ", _byName.Keys)}.");
        if (weight == 0) return;
        _isGiven = true;
        if (feed.Table.Operator.TimeOf(row) is { } time && (weight > 0 || feed.Table.Relation.PrimaryKey.Count == 0) && !feed.Table.Operator.IsLate(row)) feed.Latest = Math.Max(feed.Latest, time);
        if (feed.Hash is null)
        {
            feed.Table.Add(row, weight);
            return;
        }

        int receiver = feed.Hash.Partition(row, Graph.Partition.Count);
        if (receiver == Graph.Partition.Number) feed.Own.Add((order, row, weight));
        else _outbox.AddTable(receiver, PartName.Of(feed.Table.Relation.Name.ToUpperInvariant()), row, weight, order);
    }

    /// <summary>Adds a view, filled from the rows that its tables and views hold at all partitions.</summary>
    /// <param name="number">As that of <see cref="Step"/>.</param>
    /// <param name="receiverKey">Columns whose equal values have to be at one partition, for a receiver that replaces rows by them; null: rows lie anywhere.</param>
    /// <exception cref="SqlValueException">A value of the rows that are there cannot be computed; nothing is added at any partition.</exception>
    public Task<DataflowView> AddView(long number, string name, Plan plan, CancellationToken cancellation, ViewOptions? options = null, IReadOnlyList<int>? receiverKey = null) =>
        Join(number, name, plan, options ?? new ViewOptions(), receiverKey, replaces: false, isEmpty: false, cancellation);

    /// <summary>Puts another plan under a view's name; see <see cref="DataflowGraph.ReplaceView"/>.</summary>
    public Task<DataflowView> ReplaceView(long number, string name, Plan plan, CancellationToken cancellation, ViewOptions? options = null, IReadOnlyList<int>? receiverKey = null) =>
        Join(number, name, plan, options ?? Graph.FindView(name).Options, receiverKey, replaces: true, isEmpty: false, cancellation);

    /// <summary>Adds a view without filling it or telling anybody: before a checkpoint is restored that has its state.</summary>
    public DataflowView DeclareView(string name, Plan plan, ViewOptions? options = null, IReadOnlyList<int>? receiverKey = null)
    {
        // Nothing waits where nobody is asked.
        var joined = Join(0, name, plan, options ?? new ViewOptions(), receiverKey, replaces: false, isEmpty: true, CancellationToken.None);
        return joined.GetAwaiter().GetResult();
    }

    /// <summary>Removes a view that no other reads.</summary>
    public void RemoveView(string name)
    {
        Graph.RemoveView(name);
        _planner.Remove(name);
    }

    /// <summary>The plan of a view as it is run here, for EXPLAIN.</summary>
    public Plan Explain(Plan plan, IReadOnlyList<int>? receiverKey = null) => Graph.Partition.Count == 1 ? plan : _planner.Cut(plan, receiverKey);

    /// <summary>Carries what the tables of all partitions were given through all views.</summary>
    /// <param name="number">Of the step: higher than any before.</param>
    /// <param name="nowMicroseconds">The step's clock.</param>
    public async Task Step(long number, long nowMicroseconds, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_isBroken, this);
        _isBroken = true;
        _isGiven = false;
        Refresh();
        Graph.BeginStages(nowMicroseconds);
        int last = Graph.LastStage;
        for (int stage = 0; ; stage++)
        {
            if (stage == 1) FeedTables();
            Graph.StepStage(stage);
            Graph.SendStage(stage, _outbox);
            var reports = await Change(new ExchangeRound(number, stage), new StageReport
            {
                Times = stage > 0 ? [] : [.. _feeds.Where(static feed => feed.Value.Latest != long.MinValue).Select(static feed => (feed.Key, feed.Value.Latest)).OrderBy(static time => time.Key)],
                NextTimer = stage == last ? Graph.NextTimer : long.MaxValue,
                Failures = stage == last ? Graph.OwnFailures() : [],
                Sizes = stage == last ? Graph.OwnSizes() : [],
            }, cancellation);
            foreach (var (table, latest) in reports.SelectMany(static report => report.Times))
                if (_feeds.TryGetValue(table, out var feed)) feed.Latest = Math.Max(feed.Latest, latest);
            if (stage < last) continue;
            Graph.EndStages(reports.SelectMany(static report => report.Failures), reports.SelectMany(static report => report.Sizes));
            _nextTimer = reports.Min(static report => report.NextTimer);
            break;
        }

        foreach (var feed in _feeds.Values)
        {
            if (feed.Latest != long.MinValue) feed.Table.Operator.Advance(feed.Latest);
            feed.Latest = long.MinValue;
        }

        _isBroken = false;
    }

    /// <summary>Ends a step: its rows and changes are forgotten.</summary>
    public void EndStep() => Graph.EndStep();

    public void Dispose() => Graph.Dispose();

    RowLayout? IExchangeReceiver.LayoutOfExchange(ulong exchange) => _exchanges.GetValueOrDefault(exchange)?.Layout;

    RowLayout? IExchangeReceiver.LayoutOfTable(ulong table) => _feeds.GetValueOrDefault(table)?.Table.Layout;

    void IExchangeReceiver.Take(ulong exchange, nint row, int weight) => _exchanges[exchange].Receive(row, weight);

    void IExchangeReceiver.TakeTable(ulong table, nint row, int weight, long order) => _feeds[table].Pending.Add((order, row, weight));

    private async Task<DataflowView> Join(long number, string name, Plan plan, ViewOptions options, IReadOnlyList<int>? receiverKey, bool replaces, bool isEmpty, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_isBroken, this);
        if (_isGiven) throw new InvalidOperationException("Changes were given for a step: step before a view joins.");
        var placement = Placement.First;
        var cut = Graph.Partition.Count == 1 ? plan : _planner.Cut(plan, receiverKey, out placement);
        var pending = Graph.BeginView(name, cut, options, replaces);
        _isBroken = true;
        Refresh();
        int last = Graph.LastStage;
        string? failure = null;
        for (int stage = 0; stage <= last; stage++)
        {
            Graph.FillStage(pending, stage);
            if (isEmpty) continue;
            Graph.SendFill(pending, stage, _outbox);
            var reports = await Change(new ExchangeRound(number, stage), new StageReport { Failures = stage == last && pending.Failure is { } reason ? [(0, reason)] : [] }, cancellation);
            failure ??= reports.SelectMany(static report => report.Failures).Select(static found => found.Reason).FirstOrDefault();
        }

        _isBroken = false;
        if (failure is not null)
        {
            Graph.WithdrawView(pending);
            throw new SqlValueException(failure);
        }

        _planner.AddView(name, placement);
        return Graph.EndView(pending);
    }

    /// <summary>Gives the others this partition's message, takes theirs, and returns the reports of all in the order of the partitions.</summary>
    private async Task<StageReport[]> Change(ExchangeRound round, StageReport own, CancellationToken cancellation)
    {
        var (self, count) = Graph.Partition;
        var messages = _outbox.End(round, own);
        for (int receiver = 0; receiver < count; receiver++)
            if (receiver != self) await _exchange.Give(round, receiver, messages[receiver], cancellation);
        var reports = new StageReport[count];
        reports[self] = own;
        IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> taken = count == 1 ? [[]] : await _exchange.Take(round, cancellation);
        for (int sender = 0; sender < count; sender++)
        {
            if (sender == self)
            {
                foreach (var exchange in _exchanges.Values) exchange.ReceiveOwn();
                foreach (var feed in _feeds.Values)
                {
                    feed.Pending.AddRange(feed.Own);
                    feed.Own.Clear();
                }
            }
            else
            {
                reports[sender] = ExchangeInbox.Read(round, sender, self, taken[sender], this);
            }
        }

        return reports;
    }

    /// <summary>Hands the tables the changes that were brought together, each key's in their order.</summary>
    private void FeedTables()
    {
        foreach (var feed in _feeds.Values)
        {
            foreach (var (_, row, weight) in feed.Pending.OrderBy(static change => change.Order)) feed.Table.Add(row, weight);
            feed.Pending.Clear();
        }
    }

    private void Refresh() => _exchanges = Enumerable.Range(1, Graph.LastStage).SelectMany(Graph.ExchangesInto).ToDictionary(static exchange => exchange.Number);
}
