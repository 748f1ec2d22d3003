using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>Reads from a live database's catalogue what tables stand on beside their rows. What is Orrery's own there (<c>orrery_...</c>) is not of the schema.</summary>
abstract class SchemaReader(IDatabase database)
{
    /// <summary>Tables whose names begin so are Orrery's own.</summary>
    public const string OwnPrefix = "orrery_";

    protected IDatabase Database { get; } = database;

    /// <summary>The schema as it stands.</summary>
    /// <exception cref="DbException">The catalogue cannot be read.</exception>
    public static DatabaseSchema Read(IDatabase database) => For(database).Read();

    /// <summary>Names of a table's indexes and foreign keys, as far as they are there: a run that goes on asks what it has made.</summary>
    public static (HashSet<string> Indexes, HashSet<string> ForeignKeys) Made(IDatabase database, TableName table)
    {
        TableDefinition definition = database.ReadTable(table);
        HashSet<string> foreign = [.. For(database).ForeignKeys().Where(pair => IsSame(pair.Table, table)).Select(pair => pair.Key.Name)];
        return ([.. definition.Indexes.Select(index => index.Name)], foreign);
    }

    /// <summary>All foreign keys, each with the table that it belongs to.</summary>
    public static IReadOnlyList<(TableName Table, ForeignKey Key)> ForeignKeysOf(IDatabase database) => [.. For(database).ForeignKeys()];

    protected abstract IEnumerable<(TableName Table, ForeignKey Key)> ForeignKeys();

    protected abstract IEnumerable<(TableName Table, Check Check)> Checks();

    protected abstract IEnumerable<SchemaView> Views();

    /// <summary>Triggers, routines and whatever else there is.</summary>
    protected abstract IEnumerable<HandWork> Others(IReadOnlyList<TableDefinition> tables);

    /// <summary>Expressions of computed columns.</summary>
    protected abstract IEnumerable<(TableName Table, string Column, string Expression)> Generations();

    /// <summary>Next numbers of numbered tables.</summary>
    protected abstract IEnumerable<(TableName Table, long Next)> Numbers(IReadOnlyList<TableDefinition> tables);

    /// <summary>Tables whose rows are read with another one, such as partitions.</summary>
    protected virtual IEnumerable<TableName> Parts() => [];

    /// <summary>Whether one of the names, without a schema, may stand for the other.</summary>
    protected static bool IsSame(TableName left, TableName right) => left.Name == right.Name && (left.Schema is null || right.Schema is null || left.Schema == right.Schema);

    protected IReadOnlyList<string?[]> Rows(string statement) => CatalogQuery.Rows(Database, statement);

    /// <summary>A number of a catalogue.</summary>
    protected static long? Number(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out long number) ? number : null;

    static SchemaReader For(IDatabase database) => database.Dialect.Engines[0] switch
    {
        "sqlite" => new SqliteSchemaReader(database),
        "postgresql" => new PostgreSqlSchemaReader(database),
        "mysql" => new MySqlSchemaReader(database),
        _ => new SqlServerSchemaReader(database),
    };

    DatabaseSchema Read()
    {
        var parts = Parts().ToHashSet();
        var definitions = new List<TableDefinition>();
        var unreadable = new List<UnreadableTable>();
        foreach (TableName name in Database.ListTables())
        {
            if (parts.Contains(name) || name.Name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)) continue;
            try
            {
                definitions.Add(Database.ReadTable(name));
            }
            catch (Exception error) when (error is NativeTypeException or ArgumentException || (error is DbException && !Running.Outage.IsPassing(error)))
            {
                unreadable.Add(new UnreadableTable(name, error.Message));
            }
        }

        var foreign = ForeignKeys().ToLookup(pair => pair.Table, pair => pair.Key);
        var checks = Checks().ToLookup(pair => pair.Table, pair => pair.Check);
        var generations = Generations().ToDictionary(each => (each.Table, each.Column), each => each.Expression);
        var numbers = Numbers(definitions).ToDictionary(each => each.Table, each => each.Next);
        var tables = definitions.Select(definition => new SchemaTable(definition with
        {
            Columns = [.. definition.Columns.Select(column => column with { Generation = generations.GetValueOrDefault((definition.Name, column.Name)) })],
        })
        {
            ForeignKeys = [.. foreign[definition.Name]],
            Checks = [.. checks[definition.Name]],
            IdentityNext = numbers.TryGetValue(definition.Name, out long next) ? next : null,
        }).ToList();
        return new DatabaseSchema(Database.Dialect, tables) { Views = [.. Views()], Others = [.. Others(definitions)], Unreadable = unreadable };
    }
}
