using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>What the engines' SQL has in common; each says where it differs.</summary>
public abstract partial class SqlDialect : IDialect
{
    public abstract string Name { get; }

    public abstract IReadOnlyList<string> Engines { get; }

    public virtual bool CanOpen => true;

    /// <summary>Whether <c>(a, b) &gt; (1, 2)</c> is understood and served by an index.</summary>
    protected virtual bool ComparesRows => false;

    public string Quote(TableName table) => table.Schema is null ? Quote(table.Name) : $"{Quote(table.Schema)}.{Quote(table.Name)}";

    public abstract string Quote(string identifier);

    public abstract ColumnType TypeOf(string nativeType);

    public abstract string NativeTypeOf(ColumnType type, bool isKey = false);

    public abstract ColumnBound BoundOf(ColumnDefinition column);

    public abstract string Literal(in RowReader reader, ColumnDefinition column);

    public abstract IDatabase Open(string connectionString, TimeSpan connectTimeout);

    /// <summary>The canonical text of a column's value as SQL, NULL for null.</summary>
    /// <exception cref="NativeTypeException">It cannot be given as that type.</exception>
    protected abstract string CanonicalOf(ColumnDefinition column, ColumnType given, FloatText floats);

    public virtual bool GivesShortestFloats => true;

    public abstract string SelectDigest(TableDefinition table, IReadOnlyList<(ColumnDefinition Column, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal);

    public abstract IReadOnlyList<string> MergeFrom(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, string stage);

    /// <summary>What is selected for a column, in the form that the engine's reader takes.</summary>
    protected virtual string SelectOf(ColumnDefinition column) => Quote(column.Name);

    /// <summary>Whether ranges of the table's key can be compared as its index orders them.</summary>
    public virtual bool CanRange(TableDefinition table) => table.Key.Count > 0;

    /// <summary>The range's condition where it is one of places rather than keys.</summary>
    protected virtual string PlaceCondition(KeyRange range) =>
        throw new ArgumentException($"{Name} has no ranges of places: read the whole table.", nameof(range));

    public virtual string DropTable(TableName table) => $"DROP TABLE {Quote(table)}";

    public virtual string AddColumn(TableName table, ColumnDefinition column) => $"ALTER TABLE {Quote(table)} ADD COLUMN {ColumnText(column, isSoleKey: false)}";

    public virtual IReadOnlyList<string> CreateTable(TableDefinition table)
    {
        if (table.Columns.Count == 0) throw new ArgumentException($"Table {table.Name} has no columns.", nameof(table));
        bool keyIsInline = KeyIsInline(table);
        var parts = table.Columns.Select(column => ColumnText(column, keyIsInline && column.Name == table.Key[0])).ToList();
        if (table.Key.Count > 0 && !keyIsInline) parts.Add($"PRIMARY KEY ({Names(table.Key)})");
        parts.AddRange(table.Constraints);
        return [$"CREATE TABLE {Quote(table.Name)} ({string.Join(", ", parts)}){TableSuffix(table)}", .. table.Indexes.Select(index => CreateIndex(table, index)), .. Comments(table)];
    }

    public virtual TableDefinition Retarget(TableDefinition table, TableName name)
    {
        var keyed = table.Key.Concat(table.Indexes.SelectMany(index => index.Columns)).ToHashSet(StringComparer.Ordinal);
        return table with
        {
            Name = name,
            Indexes = [.. table.Indexes.Select(index => index with { Name = IndexName(name, index.Name) })],
            Columns =
            [
                .. table.Columns.Select(column =>
                {
                    string native = NativeTypeOf(column.Type, keyed.Contains(column.Name));
                    return column with
                    {
                        NativeType = native,
                        Type = TypeOf(native),
                        Default = column.Default is { } value && PlainLiteral().IsMatch(value) ? DefaultOf(value, column.Type) : null,
                        CharacterSet = null,
                        IsGenerated = false,
                        IsIdentity = column.IsIdentity && CanNumber(TypeOf(native)),
                    };
                }),
            ],
        };
    }

    public virtual string Condition(TableDefinition table, KeyRange range)
    {
        if (range.IsAll) return "1=1";
        if (range.Only is { } only) return range with { Only = null } is { IsAll: false } rest ? $"{Condition(table, rest)} AND ({only})" : only;
        if (range.PlaceFrom is not null || range.PlaceTo is not null) return PlaceCondition(range);
        var parts = new List<string>();
        if (range.After is { } after) parts.Add(Compare(table, Literals(table, after), ">", ">"));
        if (range.UpTo is { } upTo) parts.Add(Compare(table, Literals(table, upTo), "<", "<="));
        return string.Join(" AND ", parts);
    }

    public string Select(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, KeyRange range, bool inKeyOrder = false) =>
        $"SELECT {string.Join(", ", columns.Select(column => column.Expression ?? SelectOf(column)))} FROM {Quote(table.Name)} WHERE {Condition(table, range)}{(inKeyOrder ? $" ORDER BY {Names(table.Key)}" : "")}";

    /// <summary>The key of the row that a count of rows behind another key is, or none. In the form of <see cref="Select"/>.</summary>
    internal virtual string SelectKeyAt(TableDefinition table, byte[]? after, int rows) =>
        $"SELECT {string.Join(", ", table.Key.Select(name => SelectOf(table.Column(name))))} FROM {Quote(table.Name)} WHERE {Condition(table, new KeyRange(after, null))} ORDER BY {Names(table.Key)} LIMIT 1 OFFSET {Number(rows - 1)}";

    public virtual string SelectLocked(TableDefinition table, KeyRange range) => $"SELECT COUNT(*) FROM {Quote(table.Name)} WHERE {Condition(table, range)} FOR UPDATE";

    /// <summary>Deletes the rows of keys that stand in a staged table.</summary>
    internal virtual string DeleteFrom(TableDefinition table, string stage) =>
        $"DELETE FROM {Quote(table.Name)} WHERE EXISTS (SELECT 1 FROM {stage} s WHERE {string.Join(" AND ", table.Key.Select(name => $"s.{Quote(name)} = {Quote(table.Name)}.{Quote(name)}"))})";

    internal string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>Whether two tables of a schema cannot have indexes of one name.</summary>
    protected virtual bool IndexesAreOfSchema => true;

    /// <summary>An index's name for a table, within the engine's bound.</summary>
    string IndexName(TableName table, string index)
    {
        string name = IndexesAreOfSchema && !index.StartsWith(table.Name + "_", StringComparison.Ordinal) ? $"{table.Name}_{index}" : index;
        return Encoding.UTF8.GetByteCount(name) <= 60 ? name : $"ix_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 12))}";
    }

    protected static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Checks what all engines want of an identifier.</summary>
    protected static void CheckIdentifier(string engine, string identifier, int length, int lengthMax, string unit)
    {
        if (identifier.Length == 0) throw new ArgumentException($"An identifier of {engine} cannot be empty.");
        if (identifier.Contains('\0', StringComparison.Ordinal)) throw new ArgumentException($"The identifier '{identifier.Replace('\0', '?')}' holds the character 0, which {engine} does not take.");
        if (length > lengthMax) throw new ArgumentException($"The identifier '{identifier}' has {length} {unit}; {engine} takes {lengthMax}. Choose a shorter name.");
    }

    /// <summary>A column as it stands in CREATE TABLE and, where the engine has it, behind MODIFY.</summary>
    public string ColumnClause(ColumnDefinition column) => ColumnText(column, isSoleKey: false);

    protected virtual string ColumnText(ColumnDefinition column, bool isSoleKey)
    {
        if (column.Generation is { } generation) return $"{Quote(column.Name)} {GeneratedText(column, generation)}";
        var text = new StringBuilder($"{Quote(column.Name)} {column.NativeType}");
        if (column.IsIdentity) text.Append(' ').Append(IdentityText(column));
        else if (column.Default is { } value) text.Append(" DEFAULT ").Append(value);
        text.Append(column.Nullable ? " NULL" : " NOT NULL");
        if (isSoleKey) text.Append(" PRIMARY KEY");
        return text.ToString();
    }

    /// <summary>What stands behind the name of a column that the engine computes and stores.</summary>
    protected virtual string GeneratedText(ColumnDefinition column, string generation) => $"{column.NativeType} GENERATED ALWAYS AS ({generation}) STORED";

    protected abstract string IdentityText(ColumnDefinition column);

    /// <summary>Whether the key is said with its only column.</summary>
    protected virtual bool KeyIsInline(TableDefinition table) => false;

    protected virtual string TableSuffix(TableDefinition table) => "";

    public virtual string CreateIndex(TableDefinition table, IndexDefinition index) =>
        $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {Quote(index.Name)} ON {Quote(table.Name)} ({Names(index.Columns)})";

    protected virtual IEnumerable<string> Comments(TableDefinition table) => [];

    /// <summary>Whether the engine can number rows by a column of the type.</summary>
    protected virtual bool CanNumber(ColumnType type) => type.Kind is > ColumnKind.Boolean and < ColumnKind.Decimal || type is { Kind: ColumnKind.Decimal, Scale: 0 };

    /// <summary>A default that is a number or a text in single quotes, for a column of the type.</summary>
    protected virtual string? DefaultOf(string literal, ColumnType type) => literal;

    protected string[] Literals(TableDefinition table, byte[] key)
    {
        TableSchema schema = RowKeys.SchemaOf(table.ToSchema(""));
        var literals = new string[table.Key.Count];
        var reader = new RowReader(schema, key);
        while (reader.Read()) literals[reader.Index] = reader.IsNull ? throw new ArgumentException($"A key of table {table.Name} holds a null in column '{reader.Column.Name}'.", nameof(key)) : Literal(reader, table.Column(reader.Column.Name));
        return literals;
    }

    /// <summary>Compares a key of several columns: the first that differs decides.</summary>
    string Compare(TableDefinition table, string[] literals, string strict, string last)
    {
        string[] names = [.. table.Key.Select(Quote)];
        if (names.Length == 1) return $"{names[0]} {last} {literals[0]}";
        if (ComparesRows) return $"({string.Join(", ", names)}) {last} ({string.Join(", ", literals)})";
        var text = new StringBuilder($"{names[^1]} {last} {literals[^1]}");
        for (int index = names.Length - 2; index >= 0; index--)
        {
            text.Insert(0, $"{names[index]} {strict} {literals[index]} OR ({names[index]} = {literals[index]} AND (");
            text.Append("))");
        }

        // The first column alone lets the index be used.
        return $"{names[0]} {strict}= {literals[0]} AND ({text})";
    }

    [GeneratedRegex(@"^(-?\d+(\.\d+)?|'([^'\\]|'')*')$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainLiteral();
}
