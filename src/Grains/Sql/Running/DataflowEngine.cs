using System.Collections.Concurrent;
using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Partitions;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Sql;
using Orrery.Log;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Compilation;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// The graph of a tenant with its tables' sources, as the schema in force says. The grain calls it one call at a time, beside its own turns: nothing here waits but for schemas of records.
/// </summary>
sealed partial class DataflowEngine : IDisposable
{
    const int LettersPerEpochMax = 10_000;
    const string PausedText = "It was paused.";
    const string FollowPrefix = "#follow-";

    readonly SqlOptions options;
    readonly SourceOpener opener;
    readonly DataflowGraph graph;
    // Looked at from the grain's turns too, for how far sources are.
    readonly ConcurrentDictionary<string, SourceTable> tables = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, string> failures = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, Subscription> subscriptions = new(StringComparer.Ordinal);
    readonly List<string> inserts = [];
    // Of inserts whose rows their sinks' keys do not tell apart.
    readonly Dictionary<string, SinkKeys> keys = new(StringComparer.OrdinalIgnoreCase);
    // Of inserts into sinks that want only what is last of each key, where keys tell their rows apart.
    readonly Dictionary<string, LastOfKeys> lasts = new(StringComparer.OrdinalIgnoreCase);
    // Of inserts that are being made anew, until they are.
    readonly Dictionary<string, GivenRows> given = new(StringComparer.OrdinalIgnoreCase);
    readonly List<RejectedRecord> dropped = [];
    readonly Dictionary<string, long> rejectedByView = new(StringComparer.OrdinalIgnoreCase);
    SinkChanges[] firstOutputs = [];
    // By operator; numbers are not used again, and there are as many as plans have nodes.
    readonly Dictionary<int, OperatorRate> rates = [];
    int queries;

    /// <param name="partition">Its number among the partitions.</param>
    /// <param name="exchange">Carries rows between them; null: there is one.</param>
    public DataflowEngine(SqlOptions options, SourceOpener opener, TimeProvider time, int partition = 0, IExchange? exchange = null)
    {
        this.options = options;
        this.opener = opener;
        this.partition = partition;
        var bounds = new DataflowOptions
        {
            ResidentBytesMax = options.ResidentBytesMax,
            SpillFolder = options.SpillFolder.Length == 0 ? null : options.SpillFolder,
            ViewBytesMax = options.ViewBytesMax,
            Clock = time,
        };
        parts = exchange is null ? null : new PartitionedGraph(exchange, (partition, options.Partitions), bounds);
        graph = parts?.Graph ?? new DataflowGraph(bounds);
        graph.OnDeadLetter = PutAside;
    }

    /// <summary>Whoever uses it holds this.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>The definitions in force.</summary>
    public SchemaCatalog Catalog { get; private set; } = new([]);

    public IEnumerable<SourceTable> Tables => tables.Values;

    public IReadOnlyCollection<Subscription> Subscriptions => subscriptions.Values;

    /// <summary>Its memory is given back: nothing may be asked of it any more.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>See <see cref="DataflowGraph.NextTimer"/>. As everything of the graph, to be asked under the gate.</summary>
    public long NextTimer => parts is null ? graph.NextTimer : hasStepped ? parts.NextTimer : 0;

    public long StateBytes => graph.ResidentBytes + graph.SpilledBytes;

    /// <summary>Names of the inserts that run.</summary>
    public IReadOnlyList<string> Inserts => inserts;

    /// <summary>Puts a schema in force. What cannot be made is kept with its reason; the others are made.</summary>
    /// <param name="epoch">Its number.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="isEmpty">Whether nothing has rows, as a checkpoint will be restored.</param>
    public async Task ApplyAsync(SchemaChange change, long epoch, long clock, bool isEmpty, CancellationToken cancellationToken)
    {
        Dictionary<string, SqlDefinition> next = Catalog.Definitions.ToDictionary(static definition => definition.Name, StringComparer.OrdinalIgnoreCase);
        foreach (string name in change.Drop)
        {
            bool isPaused = IsPausedBy(change, name, next);
            if (!isPaused && next.GetValueOrDefault(name) is { Kind: DefinitionKind.Insert } former)
                HandOver(former, change);
            if (isPaused)
                Pause(name);
            else if (change.Keeps.Contains(name))
                Close(name);
            else
                Remove(name);
            next.Remove(name);
        }

        foreach (SqlDefinition definition in change.Make)
            next[definition.Name] = definition;
        Catalog = SchemaCatalog.After(Catalog, next.Values);
        var first = new List<SinkChanges>();
        // Tables that are read again first: while they take in what they had, nothing that is new is there to hear of it.
        foreach (SqlDefinition definition in change.Make.OrderBy(definition => change.Fills.All(range => range.Table != definition.Name)))
        {
            try
            {
                await MakeAsync(definition, change, first, epoch, isEmpty, cancellationToken);
                if (!isEmpty)
                    await FillAsync(definition.Name, change, epoch, clock, cancellationToken);
                failures.Remove(definition.Name);
            }
            catch (Exception fault) when (fault is SqlBindingException or SqlValueException or InvalidOperationException or NotSupportedException or Interfaces.Errors.RefusalException)
            {
                failures[definition.Name] = fault.Message;
            }
        }

        firstOutputs = [.. first];
    }

    /// <summary>Carries slices of sources through the views.</summary>
    /// <param name="epoch">Its number.</param>
    /// <param name="clock">Microseconds since 1970.</param>
    /// <param name="slices">In the order of the journal.</param>
    public async Task<EngineStep> StepAsync(long epoch, long clock, IReadOnlyList<TableSlice> slices, CancellationToken cancellationToken)
    {
        List<RejectedRecord> rejected = [];
        var orders = new Dictionary<int, long>();
        foreach (TableSlice piece in slices)
        {
            if (!tables.TryGetValue(piece.Table, out SourceTable? table))
                continue;
            if (!Reads(piece.Slice.Partition))
            {
                table.Applied[piece.Slice.Partition] = piece.Slice.To;
                continue;
            }

            order = orders.GetValueOrDefault(piece.Range, (long)piece.Range << 40);
            table.Target.BeginEpoch(clock);
            table.Decoder.Decode(piece.Slice, table.Target, (offset, record, reason) => rejected.Add(new RejectedRecord(table.Name, piece.Slice.Partition, offset, record, reason)));
            orders[piece.Range] = order;
            table.Applied[piece.Slice.Partition] = piece.Slice.To;
            table.NewestMilliseconds = piece.Slice.NewestMilliseconds ?? table.NewestMilliseconds;
        }

        foreach (RejectedRecord bad in rejected)
            tables[bad.Relation].Rejected++;
        foreach (SinkKeys ambiguous in keys.Values)
            ambiguous.Prepare();
        try
        {
            if (parts is null)
                graph.Step(clock);
            else
                await parts.Step(NextRound(epoch), clock, cancellationToken);
            hasStepped = true;
            var outputs = new List<SinkChanges>();
            rejected.AddRange(unreadable);
            unreadable.Clear();
            rejected.AddRange(lettersBeside);
            lettersBeside = [];
            rejected.AddRange(dropped.Select(row => row with { Offset = epoch, Record = row.Record with { TimestampMilliseconds = clock / 1000 } }));
            foreach (string insert in inserts)
                Gather(insert, epoch, outputs);
            firstOutputs = [];
            foreach (Subscription subscription in subscriptions.Values)
                subscription.Take(epoch, graph.FindView(subscription.View));
            return new EngineStep(outputs, rejected);
        }
        finally
        {
            dropped.Clear();
            graph.EndStep();
        }
    }

    /// <summary>Keeps a row that a view dropped until its epoch is done. Those of queries are only left out of their answers.</summary>
    void PutAside(DeadRow dead)
    {
        if (dead.View.StartsWith('#'))
            return;
        rejectedByView[dead.View] = rejectedByView.GetValueOrDefault(dead.View) + 1;
        if (dropped.Count >= LettersPerEpochMax)
            return;
        string reason = dropped.Count == LettersPerEpochMax - 1 ? $"{dead.Error.Message} (This epoch has more such rows; they are counted and not kept.)" : dead.Error.Message;
        dropped.Add(new RejectedRecord(dead.View, -1, 0, new LogRecord(default, JsonRows.ToObjectUtf8(dead.Row, dead.Layout), 0), reason));
    }

    /// <summary>Answers a query.</summary>
    /// <exception cref="SqlBindingException">It means nothing over this schema.</exception>
    /// <exception cref="SqlValueException">A value cannot be computed.</exception>
    /// <param name="over">Holds the rows of what is read; null: the graph itself.</param>
    public SqlResult Query(Orrery.Sql.Syntax.QuerySyntax query, int rowsLimit, long clock, CancellationToken cancellationToken, DataflowGraph? over = null) =>
        QueryAnswers.Run(over ?? graph, Readable(SqlBinder.BindQuery(query, Catalog)), $"#query-{++queries}", rowsLimit, options.QueryBytesMax, clock, cancellationToken);

    /// <summary>A plan, if all is there that it reads.</summary>
    Plan Readable(Plan plan)
    {
        foreach (string name in PlanTraversal.Nodes(plan).OfType<ScanPlan>().Select(static scan => scan.Relation.Name))
            if (failures.TryGetValue(name, out string? reason))
                throw new SqlValueException($"View {name} could not be made and has no rows: {reason}");
        return plan;
    }

    /// <summary>The rows of each table behind rows of a view.</summary>
    public SqlResult Why(Orrery.Sql.Syntax.WhySyntax why, int rowsLimit, long clock, CancellationToken cancellationToken, DataflowGraph? over = null)
    {
        var bound = (BoundWhy)SqlBinder.Bind(why, Catalog);
        var rows = new List<IReadOnlyList<object?>>();
        bool isTruncated = false;
        foreach (Orrery.Sql.Lineage.WhySource source in bound.Sources)
        {
            SqlResult found = QueryAnswers.Run(over ?? graph, Readable(source.Plan), $"#query-{++queries}", Math.Max(1, rowsLimit - rows.Count), options.QueryBytesMax, clock, cancellationToken);
            isTruncated |= found.IsTruncated;
            using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(found.Rows.Utf8);
            foreach (System.Text.Json.JsonElement row in document.RootElement.EnumerateArray())
                rows.Add([source.Table.Name, "{" + string.Join(",", row.EnumerateArray().Select((value, place) => $"{System.Text.Json.JsonSerializer.Serialize(found.Columns[place].Name)}:{value.GetRawText()}")) + "}"]);
        }

        return new SqlResult("", "rows", [new SqlColumn("table", "STRING NOT NULL"), new SqlColumn("row", "STRING NOT NULL")], JsonRows.Texts(rows), isTruncated);
    }

    /// <summary>The rows that an INSERT gives at this moment, as the target's topic holds them.</summary>
    public (string Table, byte[][] Rows) RowsOf(Orrery.Sql.Syntax.InsertSyntax insert, long clock, CancellationToken cancellationToken, DataflowGraph? over = null)
    {
        var bound = (BoundInsert)SqlBinder.Bind(insert, Catalog);
        SqlResult rows = QueryAnswers.Run(over ?? graph, Readable(bound.Plan), $"#query-{++queries}", options.InsertRowsMax, options.QueryBytesMax, clock, cancellationToken);
        if (rows.IsTruncated)
            throw new SqlValueException($"The query gives more than {options.InsertRowsMax:N0} rows, which is the most of one INSERT ({nameof(options.InsertRowsMax)}).");
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(rows.Rows.Utf8);
        return (bound.Target.Name, [.. document.RootElement.EnumerateArray().Select(static row => System.Text.Encoding.UTF8.GetBytes(row.GetRawText()))]);
    }

    /// <summary>The subscription of a query, made where there is none.</summary>
    /// <param name="epoch">The last one.</param>
    public Subscription Follow(string text, Orrery.Sql.Syntax.QuerySyntax query, long epoch, TimeProvider time)
    {
        if (subscriptions.TryGetValue(text, out Subscription? known))
            return known;
        if (subscriptions.Count >= options.SubscriptionsMax)
            throw new Interfaces.Errors.LimitReachedException($"{subscriptions.Count} queries are followed, which is the most ({nameof(options.SubscriptionsMax)}). End one that nobody reads.");
        string view = $"{FollowPrefix}{++queries}";
        Follow(view, Readable(SqlBinder.BindView(query, Catalog)));
        return subscriptions[text] = new Subscription(text, query, view, epoch, options.SubscriptionChangesMax, time);
    }

    public DataflowView ViewOf(Subscription subscription) => graph.FindView(subscription.View);

    /// <summary>Ends the subscriptions that nobody asked for so long.</summary>
    public void EndIdle(TimeSpan idle)
    {
        foreach (Subscription subscription in subscriptions.Values.Where(subscription => subscription.IsIdle(idle)).ToArray())
            End(subscription);
    }

    public SourceTable? FindTable(string name) => tables.GetValueOrDefault(name);

    /// <summary>What tables and views keep and how they do.</summary>
    public IEnumerable<RelationStatus> Statuses(long nowMilliseconds)
    {
        // Operators come in the order in which they work: a view's last one gives its rows.
        var roots = new Dictionary<string, Orrery.Dataflow.Graphs.OperatorReport>(StringComparer.OrdinalIgnoreCase);
        foreach (Orrery.Dataflow.Graphs.OperatorReport node in graph.Report())
            foreach (string view in node.Views)
                roots[view] = node;
        return [.. Catalog.Definitions.Select(definition => Status(definition, roots, nowMilliseconds))];
    }

    RelationStatus Status(SqlDefinition definition, Dictionary<string, Orrery.Dataflow.Graphs.OperatorReport> roots, long nowMilliseconds)
    {
        if (failures.TryGetValue(definition.Name, out string? problem))
            return new RelationStatus(definition.Name, null, null, null, "failed", problem, 0, 0);
        if (tables.TryGetValue(definition.Name, out SourceTable? table))
            return new RelationStatus(
                definition.Name, graph.FindTable(table.Name).Rows, null, table.Lags(nowMilliseconds).Max(static lag => lag.LagSeconds), "running", null, table.Rejected + graph.FindTable(table.Name).LateRows, table.RecordsPerSecond(nowMilliseconds));
        if (FindView(definition.Name) is not { } kept)
            return new RelationStatus(definition.Name, null, null, null, definition.IsPaused ? "paused" : "running", definition.IsPaused ? PausedText : null, 0, 0);
        string status = kept.Status switch { ViewStatus.Live => "running", ViewStatus.Paused => "paused", _ => "failed" };
        return new RelationStatus(
            kept.Name, kept.Rows, graph.StateBytesOf(kept), Freshness(definition, nowMilliseconds), status, kept.Reason.Length == 0 ? null : kept.Reason, rejectedByView.GetValueOrDefault(kept.Name),
            kept.Status == ViewStatus.Live && roots.TryGetValue(kept.Name, out Orrery.Dataflow.Graphs.OperatorReport? root) ? Rate(root, nowMilliseconds) : 0);
    }

    /// <summary>The operators of a view with their figures.</summary>
    public IReadOnlyList<SqlOperator> Operators(string name, long nowMilliseconds)
    {
        if (!graph.Views.Any(view => view.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            return [];
        return [.. graph.Report().Where(node => node.Views.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(node => new SqlOperator(
            node.Id, node.Kind, node.RowsDropped > 0 ? $"{node.Detail}; {node.RowsDropped} rows dropped" : node.Detail, node.Inputs, node.RowsIn, node.RowsOut, Rate(node, nowMilliseconds), node.StateRows, node.StateBytes))];
    }

    /// <summary>Rows a second that an operator gave since it was last asked about, a second ago at least.</summary>
    double Rate(Orrery.Dataflow.Graphs.OperatorReport node, long nowMilliseconds)
    {
        if (!rates.TryGetValue(node.Id, out OperatorRate known))
            known = new OperatorRate(nowMilliseconds, node.RowsOut, 0);
        else if (nowMilliseconds - known.Milliseconds >= 1_000)
            known = new OperatorRate(nowMilliseconds, node.RowsOut, (node.RowsOut - known.Rows) * 1000.0 / (nowMilliseconds - known.Milliseconds));
        rates[node.Id] = known;
        return known.PerSecond;
    }

    readonly record struct OperatorRate(long Milliseconds, long Rows, double PerSecond);

    public void Dispose()
    {
        IsDisposed = true;
        foreach (SourceTable table in tables.Values)
            table.Dispose();
        graph.Dispose();
    }

    /// <summary>Age of the oldest thing that the tables under a relation have not taken in; null: not known.</summary>
    double? Freshness(SqlDefinition definition, long nowMilliseconds)
    {
        double? oldest = null;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Stack<SqlDefinition>([definition]);
        while (open.TryPop(out SqlDefinition? next))
        {
            foreach (string name in Catalog.TryBind(next)?.Reads() ?? new HashSet<string>())
            {
                if (!seen.Add(name))
                    continue;
                if (!tables.TryGetValue(name, out SourceTable? table))
                {
                    if (Catalog.Find(name) is { } view)
                        open.Push(view);
                }
                else if (table.Lags(nowMilliseconds).Max(static lag => lag.LagSeconds) is { } lag)
                {
                    oldest = Math.Max(oldest ?? 0, lag);
                }
            }
        }

        return oldest;
    }

    async Task MakeAsync(SqlDefinition definition, SchemaChange change, List<SinkChanges> first, long epoch, bool isEmpty, CancellationToken cancellationToken)
    {
        BoundDefinition meaning = Catalog.Bind(definition);
        switch (definition.Kind)
        {
            case DefinitionKind.Table when TableOptions.Of(meaning.Relation!).IsSource:
                DataflowTable table = change.Keeps.Contains(definition.Name) && !isEmpty ? graph.FindTable(definition.Name)
                    : parts is null ? graph.AddTable(meaning.Relation!) : parts.AddTable(meaning.Relation!, TableFeed.Anywhere);
                Action<nint, int>? give = parts is null ? null : (row, weight) => parts.Give(meaning.Relation!.Name, row, weight, order++);
                tables[definition.Name] = opener.Open(table, definition.Version, graph.Arena, change.Starts.GetValueOrDefault(definition.Name) ?? [], give);
                break;
            case DefinitionKind.MaterializedView when !definition.IsPaused:
                await AddViewAsync(definition.Name, meaning, null, epoch, isEmpty, cancellationToken);
                break;
            case DefinitionKind.Insert when !definition.IsPaused:
                DataflowView output = await AddViewAsync(definition.Name, meaning, ReceiverKeyOf(meaning.Relation!), epoch, isEmpty, cancellationToken);
                inserts.Add(definition.Name);
                if (SinkKeys.Of(meaning.Relation!, output) is { } ambiguous)
                    keys[definition.Name] = ambiguous;
                else if (LastOfKeys.Of(meaning.Relation!) is { } last)
                    lasts[definition.Name] = last;
                given.Remove(definition.Name, out GivenRows? former);
                Begin(output, former, first);
                break;
        }
    }

    /// <summary>What an insert's sink hears first: all its rows, less what it has been given.</summary>
    static void Begin(DataflowView output, GivenRows? former, List<SinkChanges> first)
    {
        var rows = new List<(object?[], int)>();
        output.ReadRows((row, weight) => rows.Add((RowValues.ToObjects(row, output.Layout), weight)));
        if (former is not null)
            rows = former.DifferenceTo(rows);
        if (rows.Count > 0)
            first.Add(new SinkChanges(output.Name, 0, rows, output.Layout));
    }

    void Gather(string insert, long epoch, List<SinkChanges> outputs)
    {
        DataflowView output = graph.FindView(insert);
        var gone = new List<(object?[], int)>();
        var come = new List<(object?[], int)>();
        List<nint> goneRows = [], comeRows = [];
        if (lasts.TryGetValue(insert, out LastOfKeys? last))
            last.Read(output, gone, come);
        else
            output.ReadChanges((row, weight) =>
            {
                (weight < 0 ? gone : come).Add((RowValues.ToObjects(row, output.Layout), weight));
                (weight < 0 ? goneRows : comeRows).Add(row);
            });
        // What it began with is of the same epoch, and came before.
        IReadOnlyList<(object?[], int)> first = firstOutputs.FirstOrDefault(output => output.Insert == insert)?.Rows ?? [];
        if (first.Count + gone.Count + come.Count == 0)
            return;
        (object?[], int)[] changes = [.. first, .. gone, .. come];
        outputs.Add(new SinkChanges(insert, epoch, keys.TryGetValue(insert, out SinkKeys? ambiguous) ? [.. changes, .. ambiguous.Left(changes, [.. goneRows, .. comeRows])] : changes, output.Layout));
    }

    /// <summary>Keeps what an insert has given so far, where the same insert is made anew. What is already kept is of a meaning that could not be made.</summary>
    void HandOver(SqlDefinition insert, SchemaChange change)
    {
        if (keys.Remove(insert.Name, out SinkKeys? ambiguous))
            ambiguous.End();
        lasts.Remove(insert.Name);
        if (!IsMadeAnew(insert, change))
            given.Remove(insert.Name);
        else if (inserts.Contains(insert.Name) || FindView(insert.Name) is { Status: ViewStatus.Paused })
            given[insert.Name] = GivenBy(insert.Name);
    }

    static bool IsMadeAnew(SqlDefinition insert, SchemaChange change) => change.Make.Any(made => made.Name == insert.Name && made.Version == insert.Version);

    GivenRows GivenBy(string insert)
    {
        var rows = new GivenRows();
        DataflowView output = graph.FindView(insert);
        output.ReadRows((row, weight) => rows.Add(RowValues.ToObjects(row, output.Layout), weight));
        return rows;
    }

    /// <summary>Whether a change of the schema does nothing to a view but to pause it.</summary>
    bool IsPausedBy(SchemaChange change, string name, Dictionary<string, SqlDefinition> before) =>
        FindView(name) is not null && change.Make.FirstOrDefault(made => made.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Kind: DefinitionKind.MaterializedView or DefinitionKind.Insert, IsPaused: true } paused
        && before.GetValueOrDefault(name)?.Text == paused.Text;

    DataflowView? FindView(string name) => graph.Views.FirstOrDefault(view => view.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The view shows its rows as they are until it is removed; those of an insert are what its sink was given.</summary>
    void Pause(string name)
    {
        EndSubscriptions();
        inserts.RemoveAll(insert => insert.Equals(name, StringComparison.OrdinalIgnoreCase));
        graph.PauseView(name, PausedText);
    }

    /// <summary>A subscription may read what goes; whoever follows it begins anew, and hears then what is wrong.</summary>
    void EndSubscriptions()
    {
        foreach (Subscription subscription in subscriptions.Values.ToArray())
            End(subscription);
    }

    void Remove(string name)
    {
        EndSubscriptions();
        failures.Remove(name);
        inserts.RemoveAll(insert => insert.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (FindView(name) is not null)
            RemoveView(name);
        if (!Close(name))
            return;
        if (parts is null)
            graph.RemoveTable(name);
        else
            parts.RemoveTable(name);
    }

    void End(Subscription subscription)
    {
        subscriptions.Remove(subscription.Text);
        RemoveView(subscription.View);
    }

    static bool AreRowsComputed(Relation view) => (view.Options.TryGetValue("rows", out string? said) ? said.ToLowerInvariant() : "kept") switch
    {
        "kept" => false,
        "computed" => true,
        var other => throw new Interfaces.Errors.InvalidInputException("text", $"'{view.Name}': the option 'rows' is '{other}'; it can be kept or computed."),
    };

    static ErrorPolicy ErrorsOf(Relation relation) => (relation.Options.TryGetValue("on-error", out string? said) ? said.ToLowerInvariant() : "fail") switch
    {
        "fail" => ErrorPolicy.Fail,
        "null" => ErrorPolicy.Null,
        "dead-letter" => ErrorPolicy.DeadLetter,
        var other => throw new Interfaces.Errors.InvalidInputException("text", $"'{relation.Name}': the option 'on-error' is '{other}'; it can be fail, null or dead-letter."),
    };
}
