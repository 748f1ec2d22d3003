using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Channels;
using Orrery.Grains.Secrets;
using Orrery.Grains.Sql.Sinks;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>
/// Holds a tenant's definitions and answers what people ask. A statement that changes something is bound over the definitions as they are, written, remembered with its author, and told to the dataflow; it
/// answers when the dataflow has it. Changes run one at a time; asking goes on beside them.
/// </summary>
[Reentrant]
sealed partial class SqlSchemaGrain : Grain, ISqlSchemaGrain, IRemindable
{
    const string WakeReminder = "wake";
    const int ShownLength = 200;
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1), ApplyPatience = TimeSpan.FromSeconds(60);

    readonly IPersistentState<SqlSchemaState> stored;
    readonly StateWriter writer;
    readonly SqlOptions options;
    readonly Func<SinkOpener> openSinks;
    readonly TimeProvider time;
    readonly ILogger<SqlSchemaGrain> logger;
    readonly SemaphoreSlim changing = new(1);
    SchemaCatalog catalog = new([]);
    // The version that the dataflow is known to have.
    long applied;

    public SqlSchemaGrain([PersistentState("sql")] IPersistentState<SqlSchemaState> stored, IOptions<SqlOptions> options, IOptions<ChannelOptions> channels, SecretBox secrets, TimeProvider time,
        ILogger<SqlSchemaGrain> logger)
    {
        this.stored = stored;
        openSinks = () => new SinkOpener(GrainFactory, secrets, channels.Value, time);
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Tenant => this.GetPrimaryKeyString();

    SqlSchemaState State => stored.State;

    IDataflowGrain Dataflow => GrainFactory.GetGrain<IDataflowGrain>(SqlKeys.Dataflow(Tenant));

    SchemaOrder Order => new(State.Version, [.. State.Definitions]);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        catalog = new SchemaCatalog(State.Definitions);
        this.RegisterGrainTimer(_ => Wake(), new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = options.WakePeriod, KeepAlive = State.Definitions.Count > 0 });
        this.RegisterGrainTimer(_ => WatchAsync(), new GrainTimerCreationOptions { DueTime = options.WatchPeriod, Period = options.WatchPeriod });
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Wake();

    public async Task TenantDeleted()
    {
        if (State.Version == 0)
            return;
        await changing.WaitAsync();
        try
        {
            if (State.Definitions.Count > 0)
                await ChangeAsync([], "tenant", "DROP all: the tenant is deleted");
            if (!await ApplyAsync())
                throw new TimeoutException($"The views of '{Tenant}' are being filled and cannot be dropped yet. They will be.");
            await Dataflow.Forget(0);
            applied = State.Version;
            State.Audit.Clear();
            await writer.WriteAsync();
            await GrainFactory.GetGrain<ISqlDirectoryGrain>(EntityKeys.Fleet).Remove(Tenant);
            if (await this.GetReminder(WakeReminder) is { } reminder)
                await this.UnregisterReminder(reminder);
            DeactivateOnIdle();
        }
        finally
        {
            changing.Release();
        }
    }

    public async Task Wake()
    {
        if (State.Definitions.Count == 0 && applied == State.Version)
            return;
        try
        {
            await Dataflow.Wake(Order);
            await WakeReadingsAsync();
        }
        catch (Exception failure)
        {
            SqlMessages.NotWoken(logger, Tenant, failure);
        }
    }

    public async Task<IReadOnlyList<RelationInfo>> Relations()
    {
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        DataflowStatus status = await StatusAsync();
        return [.. catalog.Definitions.Where(static definition => definition.Kind is not (DefinitionKind.Function or DefinitionKind.Insert) && !IsCandidate(definition))
            .OrderBy(static definition => definition.Name, StringComparer.OrdinalIgnoreCase).Select(definition => Info(definition, status))];
    }

    public async Task<RelationView> Relation(string name)
    {
        SqlDefinition definition = Known(name);
        DataflowStatus status = await StatusAsync();
        BoundDefinition? meaning = catalog.TryBind(definition);
        string runs = Runs(definition);
        HashSet<string> tables = Tables(runs);
        return new RelationView(
            Info(definition, status), definition.Text, [.. (meaning?.Names ?? new HashSet<string>()).Order(StringComparer.OrdinalIgnoreCase)], catalog.ReadersOf(definition.Name),
            State.Version == 0 ? [] : await Dataflow.Operators(runs), [.. status.Sources.Where(source => tables.Contains(source.Relation))], status.Relations.FirstOrDefault(relation => relation.Name == runs)?.Rejected ?? 0);
    }

    public async Task<SqlResult> Rows(string name, int limit, IReadOnlyList<string>? key)
    {
        SqlDefinition definition = Known(name);
        if (limit < 1 || limit > options.RowsMax)
            throw new InvalidInputException("limit", $"limit is {limit}; it can be 1 to {options.RowsMax}.");
        string where = "";
        if (key is not null)
        {
            Orrery.Sql.Catalogs.Relation relation = catalog.Bind(definition).Relation!;
            if (key.Count != relation.PrimaryKey.Count)
                throw new InvalidInputException("key", $"{key.Count} values are no key of '{definition.Name}', whose key has {relation.PrimaryKey.Count} columns. Give key once for each.");
            where = " WHERE " + string.Join(" AND ", relation.PrimaryKey.Select((place, index) =>
                $"{Orrery.Sql.Syntax.SqlPrinter.Name(relation.Schema[place].Name)} = CAST({Orrery.Sql.Syntax.SqlPrinter.Text(key[index])} AS {relation.Schema[place].Type.Nullable()})"));
        }

        return await Dataflow.Query(new QueryOrder($"SELECT * FROM {Orrery.Sql.Syntax.SqlPrinter.Name(definition.Name)}{where}", limit, options.QueryTimeout));
    }

    public async Task<int> Append(string name, byte[] rowsJson)
    {
        SqlDefinition definition = Known(name);
        if (definition.Kind != DefinitionKind.Table || !TableOptions.Of(catalog.Bind(definition).Relation!).IsOwn)
            throw new InvalidInputException("name", $"'{definition.Name}' is no table of your own: its rows come from {(definition.Kind == DefinitionKind.Table ? "its connector" : "its query")}.");
        return await Dataflow.Add(definition.Name, Values.RowChecks.Encode(rowsJson, catalog.Bind(definition).Relation!, options));
    }

    public Task<Page<SqlLetter>> Letters(string name, PageRequest page) => DeadLetters.ListAsync(GrainFactory, Tenant, Runs(Known(name)), Known(name).CreatedAt, page);

    public Task<RelationInfo> Pause(string name, string user) => SetPaused(name, user, true);

    public Task<RelationInfo> Resume(string name, string user) => SetPaused(name, user, false);

    public async Task<SqlFeed> Follow(string query, string? cursor, TimeSpan wait)
    {
        Bounded(query);
        if (State.Version == 0)
            throw new NotFoundException($"The tenant '{Tenant}' has no tables or views to follow.");
        return await Dataflow.Follow(query, cursor, wait);
    }

    async Task<RelationInfo> SetPaused(string name, string user, bool isPaused)
    {
        // An insert by its own name, or all those into a sink.
        SqlDefinition definition = catalog.Find(name) is { Kind: DefinitionKind.Insert } insert ? insert : Known(name);
        if (!isPaused && definition.Kind == DefinitionKind.Table && await Dataflow.AcceptSource(definition.Name))
        {
            SqlMessages.Ran(logger, Tenant, user, State.Version, $"RESUME {definition.Name}");
            return Info(definition, await StatusAsync());
        }

        string[] inserts = definition.Kind == DefinitionKind.Insert ? [definition.Name] : [.. InsertsInto(definition.Name).Select(static into => into.Name)];
        if (definition.Kind != DefinitionKind.MaterializedView && inserts.Length == 0)
            throw new ConflictException($"'{definition.Name}' is a {Word(definition)}; only materialized views, and what is inserted into sinks, can be paused and resumed.");
        await changing.WaitAsync();
        try
        {
            if (isPaused && inserts.Length == 0 && catalog.ReadersOf(definition.Name) is { Count: > 0 } readers)
                throw new ConflictException($"'{definition.Name}' is read by {string.Join(", ", readers)} and would hold them up. Pause those first.");
            // An insert that goes on is the same writer to its sink: it keeps its version.
            await ChangeAsync(
                State.Definitions.Select(other => inserts.Contains(other.Name) ? other with { IsPaused = isPaused }
                    : inserts.Length == 0 && other.Name == definition.Name ? other with { IsPaused = isPaused, Version = State.Version + 1 } : other), user, $"{(isPaused ? "PAUSE" : "RESUME")} {definition.Name}");
            await ApplyAsync();
        }
        finally
        {
            changing.Release();
        }

        return Info(catalog.Find(definition.Name)!, await StatusAsync());
    }

    /// <summary>Writes the definitions as they are to be; <see cref="ApplyAsync"/> brings them to the dataflow. Within <see cref="changing"/>.</summary>
    async Task ChangeAsync(IEnumerable<SqlDefinition> definitions, string user, string text)
    {
        List<SqlDefinition> next = [.. definitions];
        if (next.Count > options.RelationsMax)
            throw new LimitReachedException($"The tenant '{Tenant}' would have {next.Count} tables, views, functions and inserts; {options.RelationsMax} are the most. Drop what nobody needs.");
        long bytes = next.Sum(static definition => (long)definition.Text.Length);
        if (bytes > options.DefinitionBytesMax)
            throw new LimitReachedException($"The definitions of '{Tenant}' would be {bytes:N0} characters; {options.DefinitionBytesMax:N0} are the most. Drop what nobody needs.");
        if (State.Definitions.Count == 0)
        {
            await GrainFactory.GetGrain<ISqlDirectoryGrain>(EntityKeys.Fleet).Add(Tenant);
            await this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);
        }

        State.Definitions = next;
        State.Version++;
        State.Audit.Add(new AuditEntry(time.GetUtcNow(), user, Shown(text), State.Version));
        if (State.Audit.Count > options.AuditMax)
            State.Audit.RemoveRange(0, State.Audit.Count - options.AuditMax);
        await writer.WriteAsync();
        catalog = SchemaCatalog.After(catalog, State.Definitions);
        SqlMessages.Ran(logger, Tenant, user, State.Version, Shown(text));
    }

    /// <summary>Sees that the dataflow runs as the definitions say.</summary>
    /// <returns>False: it will, as soon as new views are filled.</returns>
    async Task<bool> ApplyAsync()
    {
        long wanted = State.Version;
        if (applied >= wanted)
            return true;
        if (!await Dataflow.Apply(Order, ApplyPatience))
            return false;
        applied = Math.Max(applied, wanted);
        return true;
    }

    SqlDefinition Known(string name) => catalog.Find(name) is { Kind: not (DefinitionKind.Function or DefinitionKind.Insert) } definition
        ? definition
        : throw new NotFoundException($"The tenant '{Tenant}' has no table or view '{name}'.");

    async Task<DataflowStatus> StatusAsync() => State.Version == 0 ? new DataflowStatus(0, 0, "stopped", null, [], [], []) : await WithReadingsAsync(await Dataflow.Status());

    /// <summary>What computes a relation's rows: a sink's rows come from the insert that runs into it.</summary>
    string Runs(SqlDefinition definition) => definition.Kind == DefinitionKind.Table ? InsertsInto(definition.Name).FirstOrDefault()?.Name ?? definition.Name : definition.Name;

    IEnumerable<SqlDefinition> InsertsInto(string sink) =>
        catalog.Definitions.Where(definition => definition.Kind == DefinitionKind.Insert && catalog.TryBind(definition)?.Relation?.Name.Equals(sink, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The tables at the bottom of a relation.</summary>
    HashSet<string> Tables(string name)
    {
        var tables = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Stack<string>([name]);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (open.TryPop(out string? next))
        {
            if (!seen.Add(next) || catalog.Find(next) is not { } definition)
                continue;
            if (definition.Kind == DefinitionKind.Table)
                tables.Add(definition.Name);
            foreach (string read in catalog.TryBind(definition)?.Names ?? new HashSet<string>())
                if (definition.Kind != DefinitionKind.Insert || catalog.TryBind(definition)!.Reads().Contains(read))
                    open.Push(read);
        }

        return tables;
    }

    RelationInfo Info(SqlDefinition definition, DataflowStatus status)
    {
        BoundDefinition? meaning = catalog.TryBind(definition);
        Orrery.Sql.Catalogs.Relation? relation = meaning?.Relation;
        RelationStatus? live = status.Relations.FirstOrDefault(other => other.Name == definition.Name);
        bool isPaused = definition.IsPaused || (definition.Kind == DefinitionKind.Table && InsertsInto(definition.Name).ToArray() is { Length: > 0 } inserts && inserts.All(static insert => insert.IsPaused));
        string state = isPaused ? "paused" : live?.Status ?? (definition.Kind == DefinitionKind.MaterializedView && status.Version < definition.Version ? "backfilling" : "running");
        TableOptions? table = definition.Kind == DefinitionKind.Table && relation is not null ? TableOptions.Of(relation) : null;
        return new RelationInfo(
            definition.Name, Word(definition, table), table is { IsOwn: false } ? table.Connector : null, relation is null ? [] : Values.JsonRows.Columns(relation.Schema),
            relation is null ? [] : [.. relation.PrimaryKey.Select(place => relation.Schema[place].Name)],
            live?.Rows, live?.FreshnessSeconds, live?.StateBytes, meaning is null ? "failed" : state, meaning is null ? "Its text means nothing over the schema as it is." : live?.Problem ?? status.Problem,
            definition.CreatedAt, definition.CreatedBy, definition.Version);
    }

    static string Word(SqlDefinition definition, TableOptions? table = null) => definition.Kind switch
    {
        DefinitionKind.MaterializedView => "materializedView",
        DefinitionKind.View => "view",
        DefinitionKind.Function => "function",
        DefinitionKind.Insert => "insert",
        _ => table switch { null or { IsOwn: true } => "table", { IsSource: true } => "source", _ => "sink" },
    };

    void Bounded(string text)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(text) is var bytes && bytes > options.TextBytesMax)
            throw new InvalidInputException("text", $"The text has {bytes:N0} bytes; {options.TextBytesMax:N0} are the most. Send it in parts.");
    }

    static string Shown(string text) => text.Length <= ShownLength ? text : text[..(ShownLength - 3)] + "...";
}
