using Orrery.Grains.Sql.Sinks;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Statements, one after another.</summary>
sealed partial class SqlSchemaGrain
{
    const int OriginLength = 200;

    public async Task<IReadOnlyList<SqlResult>> Run(SqlRequest request)
    {
        Bounded(request.Text);
        string? origin = OriginOf(request);
        int rowsLimit = Within("rowsLimit", request.RowsLimit, options.RowsMax);
        var timeout = TimeSpan.FromSeconds(Within("timeoutSeconds", request.TimeoutSeconds, (int)options.QueryTimeout.TotalSeconds));
        var results = new List<SqlResult>();
        IReadOnlyList<StatementSyntax> statements = Parse(request.Text);
        for (int index = 0; index < statements.Count; index++)
        {
            StatementSyntax statement = statements[index];
            long started = time.GetTimestamp();
            SqlResult result;
            try
            {
                result = await RunAsync(statement, request, origin, rowsLimit, timeout);
                // Definitions that follow each other are one change for the dataflow.
                if (IsDefinition(statement) && (index + 1 == statements.Count || !IsDefinition(statements[index + 1])) && !await ApplyAsync())
                    result = result with { Message = $"{result.Message} It is being filled beside the views that run." };
            }
            catch (SqlBindingException fault)
            {
                await Wake();
                throw new SqlRefusedException(fault.Reason, index + 1, fault.Span.Line, fault.Span.Column, fault.Span.Offset, fault.Span.Length);
            }
            catch (Exception fault) when (fault is SqlValueException or RefusalException and not SqlForbiddenException)
            {
                // What was defined before it stands.
                await Wake();
                // A query is bound again where it runs, over its own text; what is said of it there has no place in this one.
                throw new SqlRefusedException(fault.Message, index + 1, statement.Span.Line, statement.Span.Column, statement.Span.Offset, statement.Span.Length);
            }

            results.Add(result with { Statement = Shown(statement.ToString()), ElapsedMilliseconds = time.GetElapsedTime(started).TotalMilliseconds });
        }

        return results;
    }

    /// <summary>Whether a statement says what there is to be, and asks nothing of the dataflow.</summary>
    bool IsDefinition(StatementSyntax statement) => statement switch
    {
        CreateTableSyntax or CreateViewSyntax or CreateFunctionSyntax or DropSyntax => true,
        StatementSetSyntax set => set.Statements.All(IsDefinition),
        InsertSyntax insert => catalog.Find(insert.Table.Plain) is { Kind: DefinitionKind.Table } target && catalog.TryBind(target)?.Relation is { } relation && !TableOptions.Of(relation).IsOwn,
        _ => false,
    };

    async Task<SqlResult> RunAsync(StatementSyntax statement, SqlRequest request, string? origin, int rowsLimit, TimeSpan timeout)
    {
        if (statement is CreateTableSyntax or CreateViewSyntax or CreateFunctionSyntax or DropSyntax or InsertSyntax or StatementSetSyntax)
        {
            if (!request.MayChange)
                throw new SqlForbiddenException("Only the vendor's operators and administrators may make and change tables, views and rows; you may ask.");
            await changing.WaitAsync();
            try
            {
                return Done(await ChangeAsync(statement, request.User, origin));
            }
            finally
            {
                changing.Release();
            }
        }

        BoundStatement bound = SqlBinder.Bind(statement, catalog);
        switch (bound)
        {
            case BoundSelect:
                return await Dataflow.Query(new QueryOrder(statement.ToString(), rowsLimit, timeout));
            case BoundExplain explain:
                return new SqlResult("", "plan", [], SqlJson.EmptyArray, Message: PlanPrinter.Explain(explain.Plan), Plan: PlanShapes.Of(explain.Plan));
            case BoundExplainLineage lineage:
                return new SqlResult("", "lineage", [], SqlJson.EmptyArray, Lineage: [.. lineage.Columns.Select(static column => new SqlLineage(
                    column.Column, [.. column.Sources.Select(static source => new SqlSource(source.Table, source.Column, source.Kind == Orrery.Sql.Lineage.LineageKind.Filtered))],
                    string.Join(", ", column.Sources.Select(static source => source.ToString()))))]);
            case BoundWhy:
                return await Dataflow.Why(new QueryOrder(statement.ToString(), rowsLimit, timeout));
            case BoundDescribe describe:
                return Described(describe.Relation);
            case BoundShow show:
                return Shown(show);
            case BoundSubscribe:
                throw new InvalidInputException("text", $"A subscription is a stream of its own: GET .../sql/subscribe?query=... (or `orrery sql`, which does so).");
            case BoundSet or BoundReset:
                return Done("There are no settings between requests; the statement does nothing.");
            default:
                throw new InvalidInputException("text", $"A statement of the kind {bound.GetType().Name["Bound".Length..]} cannot be run here yet.");
        }
    }

    /// <summary>Within <see cref="changing"/>.</summary>
    async Task<string> ChangeAsync(StatementSyntax statement, string user, string? origin)
    {
        if (statement is StatementSetSyntax set)
        {
            var said = new List<string>();
            foreach (StatementSyntax inner in set.Statements)
            {
                if (!IsDefinition(inner))
                    await ApplyAsync();
                said.Add(await ChangeAsync(inner, user, origin));
            }

            return string.Join(" ", said);
        }

        switch (SqlBinder.Bind(statement, catalog))
        {
            case BoundCreateTable table:
                if (table.Exists)
                    return $"There is a table {table.Relation.Name} already.";
                OptionNames.Check(table.Relation);
                await PrepareTableAsync(table.Relation);
                await DefineAsync(table.Relation.Name, DefinitionKind.Table, Canonical(Sealed((CreateTableSyntax)statement)), user, origin);
                await RegisterAsync(table.Relation, null);
                return $"Table {table.Relation.Name} was made.";
            case BoundCreateView view:
                if (view is { Exists: true, IfNotExists: true, OrReplace: false })
                    return $"There is a view {view.Relation.Name} already.";
                bool isKept = view.Relation.Kind == RelationKind.MaterializedView;
                if (view.Exists && catalog.Find(view.Relation.Name) is { Kind: var kind } && kind == DefinitionKind.Table)
                    throw new ConflictException($"{view.Relation.Name} is a table; drop it first.");
                OptionNames.Check(view.Relation);
                DefinitionKind made = isKept ? DefinitionKind.MaterializedView : DefinitionKind.View;
                if (Hindrance(new SqlDefinition(view.Relation.Name, made, Canonical(statement), time.GetUtcNow(), user, State.Version + 1)) is { } hindrance)
                    throw new ConflictException(hindrance);
                await DefineAsync(view.Relation.Name, made, Canonical(statement), user, origin);
                await RegisterAsync(view.Relation, view.Plan);
                return $"{(isKept ? "Materialized view" : "View")} {view.Relation.Name} was {(view.Exists ? "replaced" : "made")}.";
            case BoundCreateFunction function:
                if (function is { Exists: true, IfNotExists: true, OrReplace: false })
                    return $"There is a function {function.Function.Name} already.";
                await DefineAsync(function.Function.Name, DefinitionKind.Function, Canonical(statement), user, origin);
                return $"Function {function.Function.Name} was made.";
            case BoundInsert insert:
                return await InsertAsync(insert, statement, user, origin);
            case BoundDrop drop:
                return await DropAsync(drop, user);
            case var other:
                throw new InvalidInputException("text", $"A statement of the kind {other.GetType().Name["Bound".Length..]} changes nothing.");
        }
    }

    async Task<string> InsertAsync(BoundInsert insert, StatementSyntax statement, string user, string? origin)
    {
        TableOptions target = TableOptions.Of(insert.Target);
        if (target.IsOwn)
        {
            int rows = await Dataflow.Insert(statement.ToString());
            SqlMessages.Ran(logger, Tenant, user, State.Version, Shown(statement.ToString()));
            return $"{rows} rows were added to {insert.Target.Name}.";
        }

        if (!target.IsSink)
            throw new InvalidInputException("text", $"Nothing can be inserted into {insert.Target.Name}: its rows come from {target.Connector}.");
        int number = 1;
        while (catalog.Find($"{insert.Target.Name}#{number}") is not null)
            number++;
        await DefineAsync($"{insert.Target.Name}#{number}", DefinitionKind.Insert, statement.ToString(), user, origin);
        await RegisterAsync(insert.Target, insert.Plan);
        return $"Changes go to {insert.Target.Name} from now on, until it is dropped.";
    }

    async Task<string> DropAsync(BoundDrop drop, string user)
    {
        if (!drop.Exists || catalog.Find(drop.Name) is not { } definition)
            return $"There is no {drop.Name}.";
        string[] inserts = [.. InsertsInto(definition.Name).Select(static insert => insert.Name), definition.Name + CandidateSuffix];
        string[] readers = [.. catalog.ReadersOf(definition.Name).Except(inserts, StringComparer.OrdinalIgnoreCase)];
        if (readers.Length > 0)
            throw new ConflictException($"{definition.Name} is read by {string.Join(", ", readers)}. Drop those first.");
        await ChangeAsync(State.Definitions.Where(other => other.Name != definition.Name && !inserts.Contains(other.Name)), user, $"DROP {definition.Kind} {definition.Name}");
        return $"{definition.Name} was dropped.";
    }

    /// <summary>Why a definition cannot take the place of the one of its name: what reads that must still mean something. Null: it can.</summary>
    string? Hindrance(SqlDefinition next)
    {
        if (catalog.Find(next.Name) is null)
            return null;
        var after = SchemaCatalog.After(catalog, Without(next.Name).Append(next));
        foreach (string reader in catalog.ReadersOf(next.Name))
        {
            try
            {
                after.Bind(after.Find(reader)!);
            }
            catch (SqlBindingException fault)
            {
                return $"{reader} reads {next.Name} and would mean nothing any more: {fault.Reason}";
            }
        }

        return null;
    }

    static string? OriginOf(SqlRequest request) => request.Origin is not { Length: > 0 } origin ? null
        : origin.Length <= OriginLength && !origin.Any(char.IsControl) ? origin
        : throw new InvalidInputException("origin", $"origin has {origin.Length} characters; a name of up to {OriginLength} on one line can be kept.");

    Task DefineAsync(string name, DefinitionKind kind, string text, string user, string? origin)
    {
        SqlDefinition? former = catalog.Find(name);
        var definition = new SqlDefinition(former?.Name ?? name, kind, text, former?.CreatedAt ?? time.GetUtcNow(), user, State.Version + 1, Origin: origin ?? former?.Origin);
        return ChangeAsync(State.Definitions.Where(other => other.Name != definition.Name).Append(definition), user, text);
    }

    /// <summary>What a table is read from or written to must be there, and the tenant's.</summary>
    async Task PrepareTableAsync(Relation relation)
    {
        TableOptions table = TableOptions.Of(relation);
        if (table.HasOwnTopic)
        {
            if (table.IsScheduled)
                openSinks().Check(relation);
            await GrainFactory.GetGrain<ITopicGrain>(SqlKeys.TableTopic(Tenant, relation.Name)).Create(new TopicSettings { DeletesUnread = false, RetainAge = options.TrimmedAge });
            return;
        }

        openSinks().Check(relation);
        if (table.Connector == TableOptions.Nexmark)
            Sources.NexmarkOptions.Of(relation);
        if (table.Connector != TableOptions.TopicConnector)
            return;
        if (!Channels.ChannelKeys.IsOf(Tenant, table.Topic))
            throw new InvalidInputException("text", $"Table '{relation.Name}': '{table.Topic}' is no topic of the tenant '{Tenant}'.");
        await GrainFactory.GetGrain<ITopicGrain>(table.Topic).Get();
    }

    /// <summary>Connections hold passwords; nobody reads them back.</summary>
    CreateTableSyntax Sealed(CreateTableSyntax table) => table with
    {
        Options = [.. table.Options.Select(option => SinkOpener.Secrets.Contains(option.Key, StringComparer.OrdinalIgnoreCase) ? option with { Value = openSinks().Seal(option.Value) } : option)],
    };

    SqlResult Described(Relation relation)
    {
        string KeyOf(int place) => relation.PrimaryKey.Contains(place) ? $"PRI({string.Join(", ", relation.PrimaryKey.Select(key => relation.Schema[key].Name))})" : "";
        return Table(
            ["name", "type", "null", "key", "computed", "watermark"],
            relation.Schema.Columns.Select((column, place) => (IReadOnlyList<object?>)
            [
                column.Name, column.Type.Nullable().ToString(), column.Type.IsNullable, KeyOf(place), relation.Computed.TryGetValue(place, out Orrery.Sql.Expressions.BoundExpression? value) ? value.ToString() : "",
                relation.WatermarkColumn == place ? $"{column.Name} - {relation.WatermarkDelayMicroseconds / 1_000_000.0} s" : "",
            ]));
    }

    SqlResult Shown(BoundShow show)
    {
        if (show.Relation is { } relation && show.Kind == ShowKind.Columns)
            return Described(relation);
        if (show.Kind is ShowKind.CreateTable or ShowKind.CreateView or ShowKind.CreateFunction)
        {
            string name = show.Relation?.Name ?? show.Function!.Name;
            return Table(["statement"], [[catalog.Find(name)!.Text]]);
        }

        DefinitionKind[] kinds = show.Kind switch
        {
            ShowKind.Views => [DefinitionKind.View, DefinitionKind.MaterializedView],
            ShowKind.MaterializedViews => [DefinitionKind.MaterializedView],
            ShowKind.Functions => [DefinitionKind.Function],
            _ => [DefinitionKind.Table, DefinitionKind.View, DefinitionKind.MaterializedView],
        };
        return Table(
            ["name", "kind"],
            catalog.Definitions.Where(definition => kinds.Contains(definition.Kind) && IsLike(definition.Name, show.Like)).OrderBy(static definition => definition.Name, StringComparer.OrdinalIgnoreCase)
                .Select(definition => (IReadOnlyList<object?>)[definition.Name, Word(definition, definition.Kind == DefinitionKind.Table && catalog.TryBind(definition)?.Relation is { } table ? TableOptions.Of(table) : null)]));
    }

    static bool IsLike(string name, string? pattern) => pattern is null
        || System.Text.RegularExpressions.Regex.IsMatch(
            name, "^" + System.Text.RegularExpressions.Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + "$",
            System.Text.RegularExpressions.RegexOptions.IgnoreCase | System.Text.RegularExpressions.RegexOptions.CultureInvariant | System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    static SqlResult Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows) =>
        new("", "rows", [.. columns.Select(static column => new SqlColumn(column, column == "null" ? "BOOLEAN NOT NULL" : "STRING"))], JsonRows.Texts(rows));

    static SqlResult Done(string message) => new("", "done", [], SqlJson.EmptyArray, Message: message);

    /// <summary>The statement as it is kept: what it says of those that are there already is done with.</summary>
    static string Canonical(StatementSyntax statement) => (statement switch
    {
        CreateTableSyntax table => table with { IfNotExists = false },
        CreateViewSyntax view => view with { IfNotExists = false, OrReplace = false },
        CreateFunctionSyntax function => function with { IfNotExists = false, OrReplace = false },
        _ => statement,
    }).ToString();

    static IReadOnlyList<StatementSyntax> Parse(string text)
    {
        try
        {
            return SqlParser.ParseScript(text);
        }
        catch (SqlSyntaxException fault)
        {
            throw new SqlRefusedException(fault.Reason, 0, fault.Span.Line, fault.Span.Column, fault.Span.Offset, fault.Span.Length);
        }
    }

    static int Within(string field, int? value, int most) => value is null ? most
        : value is >= 1 && value <= most ? value.Value
        : throw new InvalidInputException(field, $"{field} is {value}; it can be 1 to {most}.");
}
