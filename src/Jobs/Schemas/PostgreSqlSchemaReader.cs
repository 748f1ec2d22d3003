using System.Globalization;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>PostgreSQL. Rows of partitions and of tables that inherit are read with the table above them.</summary>
sealed class PostgreSqlSchemaReader(IDatabase database) : SchemaReader(database)
{
    const string Own = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'";

    /// <summary>What an extension brought is made with the extension.</summary>
    const string NotOfExtension = "NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = {0}.oid AND e.deptype = 'e')";

    protected override IEnumerable<TableName> Parts() =>
        Rows("SELECT DISTINCT n.nspname, c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')")
        .Concat(Rows("SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')"))
        .Select(row => new TableName(row[0], row[1]!));

    protected override IEnumerable<(TableName, ForeignKey)> ForeignKeys() =>
        Rows($"""
            SELECT n.nspname, c.relname, k.conname, pn.nspname, p.relname, k.confdeltype, k.confupdtype, a.attname, pa.attname
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
            CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY u(own, other, place)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.own JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = u.other
            WHERE k.contype = 'f' AND k.conparentid = 0 AND {Own} ORDER BY 1, 2, 3, u.place
            """)
        .GroupBy(row => (Schema: row[0]!, Table: row[1]!, Name: row[2]!))
        .Select(group => (new TableName(group.Key.Schema, group.Key.Table), new ForeignKey(group.Key.Name, [.. group.Select(row => row[7]!)], new TableName(group.First()[3], group.First()[4]!), [.. group.Select(row => row[8]!)], Action(group.First()[5]), Action(group.First()[6]))));

    protected override IEnumerable<(TableName, Check)> Checks() =>
        Rows($"SELECT n.nspname, c.relname, k.conname, pg_get_expr(k.conbin, k.conrelid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'c' AND {Own} ORDER BY 1, 2, 3")
        .Select(row => (new TableName(row[0], row[1]!), new Check(row[2]!, row[3]!)))
        .Concat(DomainChecks());

    protected override IEnumerable<SchemaView> Views() =>
        Rows($"SELECT n.nspname, c.relname, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {Own} AND {string.Format(CultureInfo.InvariantCulture, NotOfExtension, "c")} ORDER BY 1, 2")
        .Select(row => new SchemaView(new TableName(row[0], row[1]!), row[2] ?? ""));

    protected override IEnumerable<HandWork> Others(IReadOnlyList<TableDefinition> tables)
    {
        foreach (string?[] row in Rows($"SELECT n.nspname || '.' || c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND {Own} ORDER BY 1"))
            yield return new HandWork("trigger", row[0]!, row[1]!);
        foreach (string?[] row in Rows($"SELECT n.nspname || '.' || p.proname, CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {Own} AND {string.Format(CultureInfo.InvariantCulture, NotOfExtension, "p")} ORDER BY 1"))
            yield return new HandWork(row[1]!, row[0]!, "routines are not carried: write it anew in the target's language");
        foreach (string?[] row in Rows($"SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND {Own} AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e') AND d.refobjsubid > 0) ORDER BY 1"))
            yield return new HandWork("sequence", row[0]!, "sequences that belong to no column are not carried: make it anew at its present value");
        foreach (string?[] row in Rows($"SELECT n.nspname || '.' || t.typname, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' ELSE 'type' END FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r') AND {Own} AND {string.Format(CultureInfo.InvariantCulture, NotOfExtension, "t")} ORDER BY 1"))
            yield return new HandWork(row[1]!, row[0]!, "types of one's own are carried as what they hold: enums and ranges as text, domains as their base type");
        var known = tables.ToDictionary(table => table.Name, table => table.Indexes.Select(index => index.Name).ToHashSet(StringComparer.Ordinal));
        foreach (string?[] row in Rows($"SELECT n.nspname, c.relname, i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT x.indisprimary AND {Own} ORDER BY 1, 2, 3"))
            if (known.TryGetValue(new TableName(row[0], row[1]!), out HashSet<string>? indexes) && !indexes.Contains(row[2]!))
                yield return new HandWork("index", $"{row[0]}.{row[1]}.{row[2]}", row[3]!);
    }

    protected override IEnumerable<(TableName, string, string)> Generations() =>
        Rows($"SELECT n.nspname, c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attgenerated <> '' AND NOT a.attisdropped AND {Own}")
        .Select(row => (new TableName(row[0], row[1]!), row[2]!, row[3]!));

    protected override IEnumerable<(TableName, long)> Numbers(IReadOnlyList<TableDefinition> tables)
    {
        foreach (TableDefinition table in tables)
            if (table.Columns.FirstOrDefault(column => column.IsIdentity) is { } column
                && CatalogQuery.Value(Database, $"SELECT s.last_value FROM pg_sequences s WHERE format('%I.%I', s.schemaname, s.sequencename) = pg_get_serial_sequence({Literal(Database.Dialect.Quote(table.Name))}, {Literal(column.Name)})") is { } last)
                yield return (table.Name, Number(last)!.Value + 1);
    }

    static string Literal(string text) => $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A domain's condition is one of each column that has it.</summary>
    IEnumerable<(TableName, Check)> DomainChecks() =>
        Rows($"""
            SELECT n.nspname, c.relname, k.conname || '_' || a.attname, replace(pg_get_constraintdef(k.oid), 'VALUE', quote_ident(a.attname))
            FROM pg_constraint k JOIN pg_attribute a ON a.atttypid = k.contypid JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE k.contypid <> 0 AND k.contype = 'c' AND c.relkind IN ('r', 'p') AND NOT a.attisdropped AND {Own}
            """)
        .Select(row => (new TableName(row[0], row[1]!), new Check(row[2]!, row[3]!["CHECK ".Length..])));

    static string Action(string? letter) => letter switch { "c" => "CASCADE", "n" => "SET NULL", "d" => "SET DEFAULT", "r" => "RESTRICT", _ => "NO ACTION" };
}
