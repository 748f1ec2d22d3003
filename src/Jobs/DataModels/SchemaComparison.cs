using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>
/// Compares what a model says in an engine's dialect with what a database of that engine has, or with another version of the model. Names of constraints and indexes do not count where the
/// thing itself is the same; expressions are compared in one form (<see cref="CanonicalExpression"/>).
/// </summary>
public sealed class SchemaComparison
{
    readonly ModelSchema wanted;
    readonly IReadOnlyList<SchemaTable> found;
    readonly IDialect dialect;
    readonly string engine;
    /// <summary>Found tables by wanted names.</summary>
    readonly Dictionary<string, SchemaTable> pairs = new(StringComparer.Ordinal);

    /// <summary>What found tables are called in the model.</summary>
    readonly Dictionary<string, RenderedTable> meant = new(StringComparer.Ordinal);

    SchemaComparison(ModelSchema wanted, DatabaseSchema found)
    {
        (this.wanted, dialect) = (wanted, wanted.Dialect);
        this.found = found.Tables;
        engine = dialect.Engines[0];
        foreach (RenderedTable table in wanted.Tables)
        {
            string name = table.Schema.Name.Name;
            SchemaTable? there = this.found.FirstOrDefault(each => each.Name.Name == name) ?? (table.Model.Was is { } was ? this.found.FirstOrDefault(each => each.Name.Name == was) : null);
            if (there is null) continue;
            pairs[name] = there;
            meant[there.Name.Name] = table;
        }
    }

    /// <summary>The differences, without rows.</summary>
    /// <exception cref="ArgumentException">The two are of different engines.</exception>
    public static SchemaChanges Compare(ModelSchema wanted, DatabaseSchema found)
    {
        if (wanted.Dialect.Engines[0] != found.Dialect.Engines[0]) throw new ArgumentException($"A schema of {wanted.Dialect.Name} is compared with one of {found.Dialect.Name}: say the model in the database's dialect.", nameof(found));
        return new SchemaComparison(wanted, found).Compare();
    }

    SchemaChanges Compare() => new(
        dialect,
        [.. wanted.Tables.Where(table => !pairs.ContainsKey(table.Schema.Name.Name))],
        [.. found.Where(table => !meant.ContainsKey(table.Name.Name))],
        [.. wanted.Tables.Where(table => pairs.ContainsKey(table.Schema.Name.Name)).Select(table => Compare(table, pairs[table.Schema.Name.Name])).Where(change => !change.IsNone)]);

    /// <summary>What the columns of a found table are called in the model, by their names there.</summary>
    static Dictionary<string, string> WantedNames(RenderedTable table, SchemaTable there)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ColumnDefinition column in table.Schema.Definition.Columns)
        {
            string model = table.Columns.First(pair => pair.Value == column.Name).Key;
            string? was = table.Model.Notes.GetValueOrDefault(model)?.Was;
            if (there.Definition.Columns.Any(each => each.Name == column.Name)) names[column.Name] = column.Name;
            else if (was is not null && there.Definition.Columns.Any(each => each.Name == was)) names[was] = column.Name;
        }

        return names;
    }

    TableChange Compare(RenderedTable table, SchemaTable there)
    {
        SchemaTable want = table.Schema;
        Dictionary<string, string> names = WantedNames(table, there), foundNames = names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
        string Name(string column) => names.GetValueOrDefault(column, column);
        TableDefinition mine = want.Definition, theirs = there.Definition;
        var columns = new List<ColumnChange>();
        foreach (ColumnDefinition column in mine.Columns.Where(column => foundNames.ContainsKey(column.Name)))
            if (Compare(table, column, there, theirs.Column(foundNames[column.Name]), Name) is { IsNone: false } change)
                columns.Add(change);
        List<IndexDefinition> foundIndexes = [.. theirs.Indexes];
        var addedIndexes = mine.Indexes.Where(index => !Take(foundIndexes, other => Same(index, other, Name))).ToList();
        List<ForeignKey> foundKeys = [.. there.ForeignKeys];
        var addedKeys = want.ForeignKeys.Where(key => !Take(foundKeys, other => Same(key, other, Name))).ToList();
        if (engine == "mysql") foundIndexes.RemoveAll(index => !index.IsUnique && want.ForeignKeys.Any(key => key.Columns.SequenceEqual(index.Columns.Select(Name))));
        List<(Check Check, string Form)> foundChecks = [.. there.Checks.Select(check => (check, Form(check, theirs, Name)))];
        var addedChecks = want.Checks.Where(check => !Take(foundChecks, other => other.Form == Form(check, mine, static name => name))).ToList();
        return new TableChange(want, there)
        {
            IsRenamed = want.Name.Name != there.Name.Name,
            FoundNames = foundNames,
            AddedColumns = [.. mine.Columns.Where(column => !foundNames.ContainsKey(column.Name))],
            DroppedColumns = [.. theirs.Columns.Where(column => !names.ContainsKey(column.Name))],
            ChangedColumns = columns,
            KeyDiffers = !mine.Key.SequenceEqual(theirs.Key.Select(Name)),
            CommentDiffers = engine != "sqlite" && (mine.Comment ?? "") != (theirs.Comment ?? ""),
            AddedIndexes = addedIndexes,
            DroppedIndexes = foundIndexes,
            AddedForeignKeys = addedKeys,
            DroppedForeignKeys = foundKeys,
            AddedChecks = addedChecks,
            DroppedChecks = [.. foundChecks.Select(check => check.Check)],
        };
    }

    ColumnChange Compare(RenderedTable table, ColumnDefinition mine, SchemaTable there, ColumnDefinition theirs, Func<string, string> name)
    {
        bool isKey = table.Schema.Definition.Key.Contains(mine.Name), isOfKeyThere = there.Definition.Key.Contains(theirs.Name);
        bool isComputed = mine.Generation is not null || theirs.Generation is not null || mine.IsGenerated || theirs.IsGenerated;
        // SQLite numbers rows by every key of this type, whether it is said or not.
        bool numbersAnyway = engine == "sqlite" && mine.NativeType.Equals("INTEGER", StringComparison.OrdinalIgnoreCase) && table.Schema.Definition.Key is [var sole] && sole == mine.Name;
        return new ColumnChange(mine, theirs)
        {
            TypeDiffers = !SameType(mine, theirs),
            NullDiffers = !isComputed && (mine.Nullable && !isKey) != (theirs.Nullable && !isOfKeyThere),
            DefaultDiffers = !isComputed && !mine.IsIdentity && !theirs.IsIdentity && DefaultForm(mine, table.Schema.Definition) != DefaultForm(theirs, there.Definition),
            NumberingDiffers = !numbersAnyway && mine.IsIdentity != theirs.IsIdentity,
            ComputedDiffers = isComputed && Form(mine.Generation, table.Schema.Definition, static column => column) != Form(theirs.Generation, there.Definition, name),
            CommentDiffers = engine != "sqlite" && (mine.Comment ?? "") != (theirs.Comment ?? ""),
        };
    }

    /// <summary>The same strict type, and where several native types stand for one (enums, fixed texts), the same of these.</summary>
    bool SameType(ColumnDefinition mine, ColumnDefinition theirs)
    {
        ColumnType type = dialect.TypeOf(mine.NativeType);
        if (type.Kind == ColumnKind.Json && theirs.Type.Kind == ColumnKind.Json) return true;
        if (type != dialect.TypeOf(theirs.NativeType) && type != theirs.Type) return false;
        NativeType native = NativeType.Parse(mine.NativeType), other = NativeType.Parse(theirs.NativeType);
        return native.Name is not ("enum" or "set") || native.Arguments.SequenceEqual(other.Arguments);
    }

    bool Same(IndexDefinition mine, IndexDefinition theirs, Func<string, string> name) => mine.IsUnique == theirs.IsUnique && mine.Columns.SequenceEqual(theirs.Columns.Select(name));

    bool Same(ForeignKey mine, ForeignKey theirs, Func<string, string> name)
    {
        string parent = theirs.Parent.Name;
        Dictionary<string, string>? parentNames = meant.TryGetValue(parent, out RenderedTable? table) ? WantedNames(table, pairs[table.Schema.Name.Name]) : null;
        return mine.Parent.Name == (table?.Schema.Name.Name ?? parent)
            && mine.Columns.SequenceEqual(theirs.Columns.Select(name))
            && mine.ParentColumns.SequenceEqual(theirs.ParentColumns.Select(column => parentNames?.GetValueOrDefault(column, column) ?? column))
            && Action(mine.OnDelete) == Action(theirs.OnDelete) && (engine == "oracle" || Action(mine.OnUpdate) == Action(theirs.OnUpdate));
    }

    /// <summary>Whether the rows are let go at once or at the end of the statement is the same for what is compared here.</summary>
    string Action(string action) => action.ToUpperInvariant() switch
    {
        "RESTRICT" or "NO ACTION" or "NONE" or "" => "",
        "SET DEFAULT" when engine == "mysql" => "",
        var other => other,
    };

    string Form(Check check, TableDefinition table, Func<string, string> name) => CanonicalExpression.Of(check.Expression, dialect, table, name);

    string? Form(string? expression, TableDefinition table, Func<string, string> name) => expression is null ? null : CanonicalExpression.Of(expression, dialect, table, name);

    string? DefaultForm(ColumnDefinition column, TableDefinition table)
    {
        if (column.Default is null || column.Default.Trim().Equals("NULL", StringComparison.OrdinalIgnoreCase)) return null;
        var modelled = column with { Type = column.Type, Default = null };
        (string? said, _) = DefaultText.Say(column, modelled, dialect, ModelDialect.Instance);
        string form = said is null ? CanonicalExpression.Of(column.Default, dialect, table, static name => name) : CanonicalExpression.Of(said, ModelDialect.Instance, table, static name => name);
        // A number may be stored as a text, and a truth as a number.
        string plain = form is ['\'', .., '\''] && column.Type.Kind <= ColumnKind.Float64 ? CanonicalExpression.Number(form[1..^1]) : form;
        return column.Type.Kind == ColumnKind.Boolean ? plain switch { "true" => "1", "false" => "0", _ => plain } : plain;
    }

    static bool Take<T>(List<T> from, Predicate<T> same)
    {
        int index = from.FindIndex(same);
        if (index >= 0) from.RemoveAt(index);
        return index >= 0;
    }
}
