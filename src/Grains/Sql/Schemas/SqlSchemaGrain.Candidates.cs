using System.Text.Json;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>
/// A candidate is a materialized view like any other, under the view's name with <c>#candidate</c> behind it: it is filled, kept true and restored with the others, and what both need is there once. When it takes the
/// view's place, the view gets its text; its operators are there already. Whatever reads the view is made over it anew, and sinks are given the difference.
/// </summary>
sealed partial class SqlSchemaGrain
{
    const string CandidateSuffix = "#candidate";
    const int DifferencesMax = 1_000;

    public async Task<SqlCandidate> PutCandidate(string name, string text, string user)
    {
        Bounded(text);
        SqlDefinition view = KnownView(name);
        await changing.WaitAsync();
        try
        {
            CreateViewSyntax made = Meant(view, text);
            SqlDefinition next = view with { Text = Canonical(made), Version = State.Version + 1 };
            BindAsWritten(text);
            // As it would be in the view's place: one that reads the view itself has no meaning there.
            Refused(text, () => SchemaCatalog.After(catalog, Without(view.Name).Append(next)).Bind(next));
            string candidate = view.Name + CandidateSuffix;
            var definition = new SqlDefinition(candidate, DefinitionKind.MaterializedView, Canonical(made with { Name = NameOf(candidate) }), time.GetUtcNow(), user, State.Version + 1, Origin: view.Origin);
            await ChangeAsync(Without(candidate).Append(definition), user, $"CANDIDATE OF {view.Name}: {text}");
            await ApplyAsync();
        }
        finally
        {
            changing.Release();
        }

        return await Candidate(name, 0);
    }

    public async Task<SqlCandidate> Candidate(string name, int limit)
    {
        SqlDefinition view = KnownView(name), candidate = CandidateOf(view);
        if (limit is < 0 or > DifferencesMax)
            throw new InvalidInputException("limit", $"limit is {limit}; it can be 0 to {DifferencesMax}.");
        DataflowStatus status = await StatusAsync();
        (RelationInfo running, RelationInfo other) = (Info(view, status), Info(candidate, status));
        bool areThere = running.Status is "running" or "paused" && other.Status is "running" or "paused";
        return new SqlCandidate(running, other, view.Text, TextOf(view, candidate), Hindrance(view, candidate), areThere ? await CompareAsync(view, candidate, limit) : null);
    }

    public async Task<RelationInfo> SwitchCandidate(string name, string user)
    {
        await changing.WaitAsync();
        try
        {
            SqlDefinition view = KnownView(name), candidate = CandidateOf(view);
            if (Hindrance(view, candidate) is { } hindrance)
                throw new ConflictException(hindrance);
            // The candidate stays until the view has its operators.
            SqlDefinition next = view with { Text = TextOf(view, candidate), CreatedBy = user, Version = State.Version + 1 };
            await ChangeAsync(Without(view.Name).Append(next), user, $"SWITCH {view.Name} TO ITS CANDIDATE");
            await ApplyAsync();
            await ChangeAsync(Without(candidate.Name), user, $"END THE CANDIDATE OF {view.Name}");
            await ApplyAsync();
            if (catalog.TryBind(next) is { Relation: { } relation, Plan: { } plan })
                await RegisterAsync(relation, plan);
        }
        finally
        {
            changing.Release();
        }

        return Info(Known(name), await StatusAsync());
    }

    public async Task DropCandidate(string name, string user)
    {
        await changing.WaitAsync();
        try
        {
            SqlDefinition view = KnownView(name), candidate = CandidateOf(view);
            await ChangeAsync(Without(candidate.Name), user, $"END THE CANDIDATE OF {view.Name}");
            await ApplyAsync();
        }
        finally
        {
            changing.Release();
        }
    }

    IEnumerable<SqlDefinition> Without(string name) => State.Definitions.Where(other => !other.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    static bool IsCandidate(SqlDefinition definition) => definition.Kind == DefinitionKind.MaterializedView && definition.Name.EndsWith(CandidateSuffix, StringComparison.Ordinal);

    SqlDefinition KnownView(string name) => Known(name) is { Kind: DefinitionKind.MaterializedView } view && !IsCandidate(view)
        ? view
        : throw new ConflictException($"'{name}' is no materialized view; only those can have a candidate.");

    SqlDefinition CandidateOf(SqlDefinition view) =>
        catalog.Find(view.Name + CandidateSuffix) ?? throw new NotFoundException($"The view '{view.Name}' of '{Tenant}' has no candidate. PUT one first.");

    static string TextOf(SqlDefinition view, SqlDefinition candidate) => Canonical((CreateViewSyntax)SqlParser.ParseStatement(candidate.Text) with { Name = NameOf(view.Name) });

    static NameSyntax NameOf(string name) => ((CreateViewSyntax)SqlParser.ParseStatement($"CREATE VIEW {SqlPrinter.Name(name)} AS SELECT 1 AS one")).Name;

    /// <summary>What a text would make of a view: what it does not say stays as the view has it.</summary>
    static CreateViewSyntax Meant(SqlDefinition view, string text)
    {
        IReadOnlyList<StatementSyntax> statements = Parse(text);
        return statements.Count == 1 ? statements[0] switch
        {
            CreateViewSyntax made when made.Name.Plain.Equals(view.Name, StringComparison.OrdinalIgnoreCase) && made.Materialized => made with { Name = NameOf(view.Name) },
            QueryStatementSyntax query => (CreateViewSyntax)SqlParser.ParseStatement(view.Text) with { Query = query.Query },
            _ => throw new InvalidInputException("text", $"The text is no query and no CREATE MATERIALIZED VIEW {view.Name}; a candidate is one of them."),
        } : throw new InvalidInputException("text", $"The text has {statements.Count} statements; a candidate is one.");
    }

    /// <summary>What is wrong is said at its place in the text that was given; later it is bound in the form in which it is kept.</summary>
    void BindAsWritten(string text)
    {
        try
        {
            if (Parse(text)[0] is QueryStatementSyntax query)
                SqlBinder.Bind(query, catalog);
        }
        catch (SqlBindingException fault)
        {
            throw new SqlRefusedException(fault.Reason, 1, fault.Span.Line, fault.Span.Column, fault.Span.Offset, fault.Span.Length);
        }
    }

    static void Refused(string text, Action bind)
    {
        try
        {
            bind();
        }
        catch (SqlBindingException fault)
        {
            // Its place is in the canonical text, which nobody sees.
            throw new SqlRefusedException(fault.Reason, 1, 1, 1, 0, text.Length);
        }
    }

    string? Hindrance(SqlDefinition view, SqlDefinition candidate) => Hindrance(view with { Text = TextOf(view, candidate) });

    async Task<SqlComparison?> CompareAsync(SqlDefinition view, SqlDefinition candidate, int limit)
    {
        if (catalog.TryBind(view)?.Relation is not { } left || catalog.TryBind(candidate)?.Relation is not { } right)
            return null;
        RowColumn[] both = [.. left.Schema.Columns.Where(column => right.Schema.IndexOf(column.Name) >= 0)];
        string[] added = [.. right.Schema.Columns.Where(column => left.Schema.IndexOf(column.Name) < 0).Select(static column => column.Name)];
        string[] missing = [.. left.Schema.Columns.Where(column => right.Schema.IndexOf(column.Name) < 0).Select(static column => column.Name)];
        string Part(Relation of) => $"SELECT {(both.Length == 0 ? "1 AS one" : string.Join(", ", both.Select(column => Compared(column, left, right))))} FROM {SqlPrinter.Name(of.Name)}";
        string onlyLeft = $"{Part(left)} EXCEPT ALL {Part(right)}", onlyRight = $"{Part(right)} EXCEPT ALL {Part(left)}";
        string columns = both.Length == 0 ? "one" : string.Join(", ", both.Select(static column => SqlPrinter.Name(column.Name)));
        string counts = $"SELECT (SELECT COUNT(*) FROM {SqlPrinter.Name(left.Name)}) AS l, (SELECT COUNT(*) FROM {SqlPrinter.Name(right.Name)}) AS r, "
            + $"(SELECT COUNT(*) FROM ({onlyLeft}) AS x) AS ol, (SELECT COUNT(*) FROM ({onlyRight}) AS y) AS o_r";
        string rows = $"SELECT * FROM (SELECT 'running' AS `#side`, {columns} FROM ({onlyLeft}) AS x UNION ALL SELECT 'candidate' AS `#side`, {columns} FROM ({onlyRight}) AS y) AS d ORDER BY {columns}, `#side`";
        ComparedRows compared = await Dataflow.Compare(new CompareOrder(counts, new QueryOrder(rows, Math.Max(1, limit), options.QueryTimeout)));
        using JsonDocument document = JsonDocument.Parse(compared.Counts.Rows.Utf8);
        long[] numbers = [.. document.RootElement[0].EnumerateArray().Select(static value => value.GetInt64())];
        return new SqlComparison(
            compared.Epoch, [.. both.Select(static column => column.Name)], added, missing, numbers[0], numbers[1], numbers[2], numbers[3], limit > 0 ? compared.Rows : compared.Rows with { Rows = SqlJson.EmptyArray });
    }

    /// <summary>Columns of other types are compared as texts.</summary>
    static string Compared(RowColumn column, Relation left, Relation right)
    {
        string name = SqlPrinter.Name(column.Name);
        bool isSame = left.Schema[left.Schema.IndexOf(column.Name)].Type.Nullable().Equals(right.Schema[right.Schema.IndexOf(column.Name)].Type.Nullable());
        return isSame ? name : $"CAST({name} AS STRING) AS {name}";
    }
}
