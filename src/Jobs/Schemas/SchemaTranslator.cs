using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Schemas;

/// <summary>A source's tables said in a target's dialect.</summary>
sealed class SchemaTranslator
{
    /// <summary>Bytes of a row that MySQL counts without long texts.</summary>
    const int MySqlRowBytesMax = 60_000;

    /// <summary>PostgreSQL's types that are no more than text here, and that another PostgreSQL has too.</summary>
    static readonly HashSet<string> OwnOfPostgreSql = new(StringComparer.Ordinal)
    {
        "interval", "inet", "cidr", "macaddr", "macaddr8", "tsvector", "tsquery", "bit", "bit varying", "xml", "money", "point", "line", "lseg", "box", "path", "polygon", "circle", "jsonpath",
        "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "time with time zone", "name", "jsonb", "text", "integer", "bigint", "smallint", "numeric", "boolean",
        "character varying", "character", "uuid", "date", "real", "double precision", "bytea", "json", "timestamp without time zone", "timestamp with time zone", "time without time zone", "oid",
    };

    readonly DatabaseSchema source;
    readonly IDialect to;
    readonly string engine;
    readonly TargetNames names, constraintNames;
    readonly Dictionary<TableName, TableName> tableNames = [];
    readonly Dictionary<(TableName, string), string> columnNames = [];
    readonly List<HandWork> hand = [];

    /// <param name="source">What is there; only tables that are to be carried.</param>
    /// <param name="to">The target's dialect.</param>
    /// <param name="schema">The target's schema for all tables; null: the connection's own.</param>
    public SchemaTranslator(DatabaseSchema source, IDialect to, string? schema)
    {
        (this.source, this.to) = (source, to);
        engine = to.Engines[0];
        names = new TargetNames(to);
        constraintNames = new TargetNames(to);
        bool hasMany = source.Tables.Select(table => table.Name.Schema).Distinct().Count() > 1;
        foreach (SchemaTable table in source.Tables)
        {
            // Two schemas may have a table of one name.
            bool isTwice = hasMany && source.Tables.Count(other => other.Name.Name == table.Name.Name) > 1;
            string name = names.Unique(isTwice ? $"{table.Name.Schema}_{table.Name.Name}" : table.Name.Name);
            tableNames[table.Name] = new TableName(schema, name);
            if (name != table.Name.Name) hand.Add(new HandWork("name", table.Name.ToString(), $"is called '{name}' in the target: {to.Name} does not take the name, or has it already"));
            var columns = new TargetNames(to);
            foreach (ColumnDefinition column in table.Definition.Columns)
            {
                string fit = columns.Unique(column.Name);
                columnNames[(table.Name, column.Name)] = fit;
                if (fit != column.Name) hand.Add(new HandWork("name", $"{table.Name}.{column.Name}", $"is called '{fit}' in the target: {to.Name} does not take the name"));
            }
        }
    }

    /// <summary>What a person has to do or to know, after <see cref="Translate"/>.</summary>
    public IReadOnlyList<HandWork> HandWork => hand;

    /// <summary>All tables as they are to be.</summary>
    public IReadOnlyList<TargetTable> Translate()
    {
        var drafts = source.Tables.ToDictionary(table => table.Name, Draft);
        if (engine is "mysql" or "sqlserver") Align(drafts);
        return [.. source.Tables.Select(table => Finish(table, drafts[table.Name]))];
    }

    string Column(TableName table, string name) => columnNames[(table, name)];

    /// <summary>Columns, key and indexes under their names here.</summary>
    TableDefinition Draft(SchemaTable table)
    {
        TableDefinition renamed = table.Definition with
        {
            Columns = [.. table.Definition.Columns.Select(column => column with { Name = Column(table.Name, column.Name) })],
            Key = [.. table.Definition.Key.Select(name => Column(table.Name, name))],
            // Columns of foreign keys get an index's types too.
            Indexes =
            [
                .. table.Definition.Indexes.Select(index => new IndexDefinition(index.Name, [.. index.Columns.Select(name => Column(table.Name, name))], index.IsUnique)),
                .. table.ForeignKeys.Select((key, number) => new IndexDefinition($"fk {number.ToString(CultureInfo.InvariantCulture)}", [.. key.Columns.Select(name => Column(table.Name, name))], false)),
            ],
        };
        TableName name = tableNames[table.Name];
        TableDefinition made = to.Retarget(renamed, name with { Schema = null });
        // Two indexes of a schema, or an index and a table, cannot have one name in these engines.
        TargetNames indexes = engine is "postgresql" or "sqlite" ? names : new TargetNames(to);
        return made with
        {
            Name = name,
            Indexes = [.. made.Indexes.Take(table.Definition.Indexes.Count).Select(index => index with { Name = indexes.Unique(index.Name) })],
            Columns = Narrow([.. made.Columns.Zip(renamed.Columns, (target, from) => ColumnOf(table, made, target, from))]),
        };
    }

    ColumnDefinition ColumnOf(SchemaTable table, TableDefinition made, ColumnDefinition target, ColumnDefinition from)
    {
        string shown = $"{table.Name}.{from.Name}";
        target = target with { Generation = null };
        if (KeepsNative(from)) target = target with { NativeType = from.NativeType, Type = from.Type };
        // SQLite numbers rows by this type alone.
        if (engine == "sqlite" && from.IsIdentity && made.Key is [var sole] && sole == target.Name && target.Type.Kind is > ColumnKind.Boolean and < ColumnKind.UInt64)
            target = target with { NativeType = "INTEGER", Type = to.TypeOf("INTEGER") };
        if (from.IsIdentity && (!target.IsIdentity || (engine == "sqlite" && target.NativeType != "INTEGER")))
        {
            hand.Add(new HandWork("numbering", shown, $"{to.Name} does not number rows by this column: let the program, or a trigger, do it"));
            target = target with { IsIdentity = false };
        }

        if (from.Generation is { } expression)
        {
            bool isSaid = source.Dialect.Engines[0] == engine && from.Name == target.Name;
            string? generation = isSaid ? expression : null, reason = "";
            if (!isSaid) isSaid = new ExpressionText(source.Dialect, to, made, static name => name).TrySay(expression, out generation, out reason);
            if (isSaid) return target with { IsGenerated = true, Generation = generation, Default = null, Nullable = true };
            hand.Add(new HandWork("computed column", shown, $"becomes a plain column with the values as they are: {reason}. It is: {expression}"));
            return target with { Default = null };
        }

        if (from.IsIdentity || from.Default is null) return target;
        (string? text, string? why) = source.Dialect.Engines[0] == engine && KeepsNative(from) ? (from.Default, null) : DefaultText.Say(from, target, source.Dialect, to);
        if (why is not null) hand.Add(new HandWork("default", shown, $"{from.Default}: {why}"));
        return target with { Default = text };
    }

    /// <summary>Between two of one engine the type stays as it is, unless it is a type of the database's own.</summary>
    bool KeepsNative(ColumnDefinition column) => source.Dialect.Engines[0] == engine && engine switch
    {
        "postgresql" => OwnOfPostgreSql.Contains(NativeType.Parse(column.NativeType).Name),
        "mysql" => column.Type.Kind != ColumnKind.Json,
        _ => column.NativeType.Length > 0,
    };

    /// <summary>The longest texts become long texts until the rest is a row that MySQL takes.</summary>
    IReadOnlyList<ColumnDefinition> Narrow(ColumnDefinition[] columns)
    {
        if (engine != "mysql") return columns;
        static int Bytes(ColumnDefinition column) => column.NativeType.StartsWith("varchar(", StringComparison.Ordinal) ? column.Type.Length * 4 : column.NativeType.StartsWith("varbinary(", StringComparison.Ordinal) ? column.Type.Length : 8;
        while (columns.Sum(Bytes) > MySqlRowBytesMax)
        {
            int widest = Enumerable.Range(0, columns.Length).MaxBy(index => Bytes(columns[index]));
            ColumnDefinition column = columns[widest];
            if (Bytes(column) <= 255 * 4) break;
            string native = column.Type.Kind == ColumnKind.Text ? "longtext" : "longblob";
            columns[widest] = column with { NativeType = native, Type = to.TypeOf(native), Default = column.Default is { } value ? $"({value.Trim('(', ')')})" : null };
        }

        return columns;
    }

    /// <summary>A column that names another's has its type, which these engines want.</summary>
    void Align(Dictionary<TableName, TableDefinition> drafts)
    {
        foreach (SchemaTable table in source.Tables)
            foreach (ForeignKey key in table.ForeignKeys)
            {
                if (!drafts.TryGetValue(key.Parent, out TableDefinition? parent)) continue;
                TableDefinition child = drafts[table.Name];
                var columns = child.Columns.ToArray();
                for (int index = 0; index < key.Columns.Count; index++)
                {
                    ColumnDefinition to = parent.Column(Column(key.Parent, key.ParentColumns[index]));
                    int at = child.IndexOf(Column(table.Name, key.Columns[index]));
                    if (columns[at].Type.Kind != to.Type.Kind || columns[at].NativeType != to.NativeType) columns[at] = columns[at] with { NativeType = to.NativeType, Type = to.Type };
                }

                drafts[table.Name] = child with { Columns = columns };
            }
    }

    TargetTable Finish(SchemaTable table, TableDefinition draft)
    {
        var constraints = new List<string>();
        var text = new ExpressionText(source.Dialect, to, table.Definition, name => Column(table.Name, name));
        foreach (Check check in table.Checks)
        {
            string? said = null, reason = "";
            bool isSame = source.Dialect.Engines[0] == engine && table.Definition.Columns.All(column => Column(table.Name, column.Name) == column.Name) && !check.Expression.Contains("::", StringComparison.Ordinal);
            if (isSame) said = check.Expression;
            if (isSame || text.TrySay(check.Expression, out said, out reason)) constraints.Add($"CONSTRAINT {to.Quote(constraintNames.Unique(check.Name))} CHECK ({said})");
            else hand.Add(new HandWork("check", $"{table.Name}.{check.Name}", $"{check.Expression}: {reason}"));
        }

        var foreign = new List<TargetForeignKey>();
        foreach (ForeignKey key in table.ForeignKeys)
        {
            if (!tableNames.TryGetValue(key.Parent, out TableName? parent))
            {
                hand.Add(new HandWork("foreign key", $"{table.Name}.{key.Name}", $"names rows of {key.Parent}, which is not carried"));
                continue;
            }

            string name = constraintNames.Unique(key.Name);
            string clause = $"CONSTRAINT {to.Quote(name)} FOREIGN KEY ({List(key.Columns.Select(column => Column(table.Name, column)))}) REFERENCES {to.Quote(parent)} ({List(key.ParentColumns.Select(column => Column(key.Parent, column)))}){Action("DELETE", key.OnDelete)}{Action("UPDATE", key.OnUpdate)}";
            foreign.Add(new TargetForeignKey(name, clause));
        }

        // SQLite takes foreign keys with the table only.
        if (engine == "sqlite")
        {
            constraints.AddRange(foreign.Select(key => key.Clause));
            foreign.Clear();
            if (draft.Comment is { Length: > 0 } || draft.Columns.Any(column => column.Comment is { Length: > 0 }))
                hand.Add(new HandWork("comment", table.Name.ToString(), "SQLite keeps no comments of tables and columns"));
        }

        return new TargetTable(table, draft with { Constraints = constraints, RowsEstimate = table.Definition.RowsEstimate }, foreign, [.. table.Definition.Columns.Select(column => (column.Name, Column(table.Name, column.Name)))]);
    }

    string List(IEnumerable<string> columns) => string.Join(", ", columns.Select(to.Quote));

    string Action(string when, string action) => action.ToUpperInvariant() switch
    {
        "NO ACTION" or "NONE" or "" => "",
        "RESTRICT" when engine == "sqlserver" => "",
        "SET DEFAULT" when engine == "mysql" => "",
        var known => $" ON {when} {known}",
    };
}

/// <summary>A table as it is to be made in the target.</summary>
/// <param name="Source">What it is made from.</param>
/// <param name="Definition">Columns, key, indexes, constraints that are made with it.</param>
/// <param name="ForeignKeys">Made when the rows are there.</param>
/// <param name="Names">All columns, as they are called here and there.</param>
public sealed record TargetTable(SchemaTable Source, TableDefinition Definition, IReadOnlyList<TargetForeignKey> ForeignKeys, IReadOnlyList<(string Source, string Target)> Names);

/// <summary>A foreign key as the target's SQL has it.</summary>
public sealed record TargetForeignKey(string Name, string Clause);
