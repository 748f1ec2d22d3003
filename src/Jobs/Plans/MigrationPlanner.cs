using System.Data.Common;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Running;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Plans;

/// <summary>Reads both sides and says what a migration would do and what stands in its way. It changes nothing but a table <c>orrery_probe</c> that it makes in the target and drops.</summary>
public sealed class MigrationPlanner(IDatabase source, IDatabase target, MigrationOptions options, TimeProvider time)
{
    const int SampleRows = 20_000;

    /// <summary>Writing and keys cost about as much as reading.</summary>
    const double TimesReading = 2.5;

    readonly List<string> blockers = [];
    readonly List<HandWork> hand = [];

    /// <summary>The plan.</summary>
    /// <param name="isOwn">Whether a table of the target was made by this job before.</param>
    /// <param name="isResumed">Whether rows that are there may be the job's own.</param>
    /// <exception cref="DbException">A catalogue cannot be read.</exception>
    public MigrationPlan Make(Func<TableName, bool> isOwn, bool isResumed)
    {
        DatabaseSchema all = SchemaReader.Read(source);
        SchemaTable[] chosen = [.. all.Tables.Where(table => IsChosen(table.Name))];
        foreach (string name in options.Tables.Where(name => !all.Tables.Any(table => Names(table.Name, name)) && !all.Unreadable.Any(table => Names(table.Name, name))))
            blockers.Add($"There is no table '{name}' in the source; it has: {string.Join(", ", all.Tables.Select(table => table.Name.Name).Take(20))}.");
        foreach (UnreadableTable table in all.Unreadable.Where(table => IsChosen(table.Name)))
            blockers.Add($"Table {table.Name} cannot be read: {table.Reason} Or leave it out with --without {table.Name.Name}.");
        if (chosen.Length == 0 && blockers.Count == 0) blockers.Add("There is no table to carry.");
        TablePlan[] tables = options.IsDataOnly ? Existing(chosen, isResumed) : Made(all with { Tables = chosen }, isOwn);
        foreach (TablePlan table in tables) Check(table);
        if (options.Tables.Count == 0)
        {
            hand.AddRange(all.Views.Select(view => new HandWork("view", view.Name.ToString(), view.Text)));
            if (!options.IsDataOnly) hand.AddRange(all.Others);
        }

        ProbeTarget();
        return new MigrationPlan(tables) { HandWork = hand, Blockers = blockers, TimeEstimate = Estimate(tables) };
    }

    static bool Names(TableName table, string name) => name == table.Name || name == table.ToString();

    bool IsChosen(TableName table) => (options.Tables.Count == 0 || options.Tables.Any(name => Names(table, name))) && !options.Without.Any(name => Names(table, name));

    TablePlan[] Made(DatabaseSchema schema, Func<TableName, bool> isOwn)
    {
        HashSet<string> there = [.. target.ListTables().Where(IsOfTargetSchema).Where(name => !isOwn(name)).Select(name => name.Name)];
        var translator = new SchemaTranslator(schema, target.Dialect, options.TargetSchema);
        IReadOnlyList<TargetTable> tables;
        try
        {
            tables = translator.Translate();
        }
        catch (Exception error) when (error is NativeTypeException or ArgumentException)
        {
            blockers.Add(error.Message);
            return [];
        }

        hand.AddRange(translator.HandWork);
        foreach (TargetTable table in tables.Where(table => there.Contains(table.Definition.Name.Name)))
            blockers.Add($"The target has a table {table.Definition.Name} already: drop it or name another target, or copy rows alone with --data-only.");
        return
        [
            .. tables.Select(table => new TablePlan(table.Source.Definition, table.Definition, [.. table.Names.Where(name => !table.Definition.Column(name.Target).IsGenerated)])
            {
                ForeignKeys = table.ForeignKeys,
                IdentityNext = table.Source.IdentityNext,
                IsWhole = IsWhole(table.Source.Definition),
                RowsEstimate = Rows(table.Source.Definition),
            }),
        ];
    }

    TablePlan[] Existing(SchemaTable[] chosen, bool isResumed)
    {
        IReadOnlyList<TableName> there = target.ListTables();
        var plans = new List<TablePlan>();
        foreach (SchemaTable table in chosen)
        {
            TableName? name = there.FirstOrDefault(each => each.Name == table.Name.Name && IsOfTargetSchema(each));
            if (name is null)
            {
                blockers.Add($"The target has no table '{table.Name.Name}' to copy rows into: make it, or let the migration do so without --data-only.");
                continue;
            }

            TableDefinition to = target.ReadTable(name);
            string[] missing = [.. table.Definition.Columns.Where(column => !column.IsGenerated && to.Columns.All(other => other.Name != column.Name)).Select(column => column.Name)];
            if (missing.Length > 0) blockers.Add($"Table {name} of the target lacks the columns {string.Join(", ", missing)}.");
            bool isWhole = IsWhole(table.Definition);
            if (!isResumed && (!options.MayHoldRows || isWhole) && HasRows(target, to)) blockers.Add($"Table {name} of the target holds rows already: empty it{(isWhole ? " (it has no key, so that rows cannot be told apart)" : ", or allow it with --append")}.");
            plans.Add(new TablePlan(table.Definition, to, [.. to.Columns.Where(column => !column.IsGenerated && table.Definition.Columns.Any(other => other.Name == column.Name)).Select(column => (column.Name, column.Name))])
            {
                IdentityNext = table.IdentityNext,
                IsWhole = isWhole,
                RowsEstimate = Rows(table.Definition),
            });
        }

        return [.. plans];
    }

    bool IsOfTargetSchema(TableName name) => name.Schema is null || name.Schema == (options.TargetSchema ?? DefaultSchema());

    string? DefaultSchema() => target.Dialect.Engines[0] switch
    {
        "postgresql" => CatalogQuery.Value(target, "SELECT current_schema()"),
        "sqlserver" => CatalogQuery.Value(target, "SELECT SCHEMA_NAME()"),
        _ => null,
    };

    void Check(TablePlan table)
    {
        foreach ((string from, string to) in table.Columns)
        {
            ColumnDefinition here = table.Source.Column(from), there = table.Target.Column(to);
            if (!CanCast(table, here, there)) blockers.Add($"Column {table.Source.Name}.{from} is {here.NativeType} ({here.Type}) and cannot be written as {there.NativeType} ({there.Type}). See docs/reference/types.md.");
        }

        try
        {
            HasRows(source, table.Source);
        }
        catch (DbException error) when (!Outage.IsPassing(error))
        {
            blockers.Add($"Rows of table {table.Source.Name} cannot be read: {error.Message}. Give the user the right to, or leave it out with --without {table.Source.Name.Name}.");
        }

        if (table.IsWhole) hand.Add(new HandWork("key", table.Source.Name.ToString(), "has no primary key that can be cut into ranges: copied as one chunk, and again from its first row where that breaks off"));
    }

    bool CanCast(TablePlan table, ColumnDefinition from, ColumnDefinition to)
    {
        try
        {
            _ = new RowCast(new Connectors.Rows.TableSchema("", table.Source.Name.Name, [from.ToColumn()], []), table.Target with { Columns = [to with { Name = from.Name, IsGenerated = false }], Key = [] }, target.Dialect);
            return true;
        }
        catch (NativeTypeException)
        {
            return false;
        }
    }

    static bool HasRows(IDatabase database, TableDefinition table)
    {
        foreach (RowBatch batch in database.Read(table, KeyRange.All, new ReadOptions { BatchRowsLimit = 1, Columns = [table.Columns[0].Name] })) return batch.Count > 0;
        return false;
    }

    bool IsWhole(TableDefinition table)
    {
        if (table.Key.Count == 0) return true;
        KeyRange first = source.Plan(table, options.ChunkRows).First();
        return first.PlaceFrom is not null || first.PlaceTo is not null || (first.IsAll && Rows(table) > options.ChunkRows * 2L);
    }

    long Rows(TableDefinition table) => table.RowsEstimate >= 0 || source.Dialect.Engines[0] != "sqlite"
        ? table.RowsEstimate
        : long.Parse(CatalogQuery.Value(source, $"SELECT count(*) FROM {source.Dialect.Quote(table.Name)}")!, System.Globalization.CultureInfo.InvariantCulture);

    void ProbeTarget()
    {
        var probe = new TableName(options.TargetSchema, "orrery_probe");
        try
        {
            IDialect dialect = target.Dialect;
            if (target.ListTables().Any(name => name.Name == probe.Name && IsOfTargetSchema(name))) target.Execute(dialect.DropTable(probe));
            var table = new TableDefinition(probe, [new ColumnDefinition("id", new(Connectors.Rows.ColumnKind.Int32), "", false)]);
            foreach (string statement in dialect.CreateTable(dialect.Retarget(table, probe))) target.Execute(statement);
            target.Execute(dialect.DropTable(probe));
        }
        catch (DbException error) when (!Outage.IsPassing(error))
        {
            blockers.Add($"No table can be made in the target: {error.Message}. Give the user the right to; the job keeps what it has done in tables of its own there.");
        }
    }

    TimeSpan? Estimate(TablePlan[] tables)
    {
        if (options.IsSchemaOnly || blockers.Count > 0 || tables.Length == 0 || tables.MaxBy(table => table.RowsEstimate) is not { RowsEstimate: > 0 } largest) return null;
        long started = time.GetTimestamp(), rows = 0;
        foreach (RowBatch batch in source.Read(largest.Source, KeyRange.All, ReadOptions.Default))
            if ((rows += batch.Count) >= SampleRows)
                break;
        if (rows == 0) return null;
        double seconds = time.GetElapsedTime(started).TotalSeconds / rows * tables.Sum(table => Math.Max(0, table.RowsEstimate)) * TimesReading;
        return TimeSpan.FromSeconds(Math.Max(1, seconds));
    }
}
