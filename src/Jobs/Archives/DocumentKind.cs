using System.Globalization;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Archives;

/// <summary>A kind of documents over a live source: its rule, its tables, and its keys as SQL.</summary>
sealed class DocumentKind(DocumentRule rule, int number, IReadOnlyList<DocumentTable> tables)
{
    public DocumentRule Rule => rule;

    public int Number => number;

    /// <summary>Heads first, then parts, each behind what it belongs to.</summary>
    public IReadOnlyList<DocumentTable> Tables => tables;

    public DocumentTable Head => tables[0];

    public ColumnDefinition KeyColumn { get; } = tables[0].Source.Column(tables[0].Column);

    /// <summary>Whether keys are whole numbers, whose neighbours can be said as a range.</summary>
    public bool HasNumbers => KeyColumn.Type.Kind is >= ColumnKind.Int8 and <= ColumnKind.UInt32 or ColumnKind.Int64;

    /// <exception cref="ArchiveException">The head's key is none that documents can be told by.</exception>
    public static void CheckKey(DocumentRule rule, TableDefinition head)
    {
        if (head.Key.Count != 1)
            throw new ArchiveException($"The table {head.Name} of '{rule.Name}' has a primary key of {head.Key.Count} columns: documents are told by one column, a number, a text or a uuid.");
        ColumnType type = head.Column(head.Key[0]).Type;
        if (type.Kind is not (>= ColumnKind.Int8 and <= ColumnKind.UInt64 or ColumnKind.Text or ColumnKind.Uuid))
            throw new ArchiveException($"The key {head.Key[0]} of {head.Name} is {type}: documents are told by a number, a text or a uuid.");
    }

    /// <summary>The condition that a column, in quotes, is one of these keys.</summary>
    /// <param name="dialect">Whose SQL.</param>
    /// <param name="head">The heads' table there.</param>
    /// <param name="documents">The documents, keys of numbers in rising order.</param>
    public Func<string, string> KeysOf(IDialect dialect, TableDefinition head, IReadOnlyList<Document> documents)
    {
        ColumnDefinition key = head.Column(Head.Column);
        var parts = new List<(string? From, string To)>();
        var single = new List<string>();
        for (int first = 0; first < documents.Count;)
        {
            int last = first;
            // No other document stands between neighbours: a range reads the same rows and is shorter. What was made meanwhile shows in the digests.
            while (HasNumbers && last + 1 < documents.Count && documents[last + 1].Place == documents[last].Place + 1) last++;
            if (last - first >= 2) parts.Add((Literal(dialect, key, documents[first].Key), Literal(dialect, key, documents[last].Key)));
            else
                for (int index = first; index <= last; index++) single.Add(Literal(dialect, key, documents[index].Key));
            first = last + 1;
        }

        return column =>
        {
            var text = new StringBuilder("(");
            foreach ((string? from, string to) in parts) text.Append(text.Length > 1 ? " OR " : "").Append(column).Append(" BETWEEN ").Append(from).Append(" AND ").Append(to);
            if (single.Count > 0) text.Append(text.Length > 1 ? " OR " : "").Append(column).Append(" IN (").AppendJoin(", ", single).Append(')');
            return (text.Length == 1 ? text.Append("1=0") : text).Append(')').ToString();
        };
    }

    string Literal(IDialect dialect, ColumnDefinition column, string key)
    {
        // As the source has it: the other side takes the value, whatever it holds it as.
        Column carried = KeyColumn.ToColumn();
        var schema = new TableSchema("", Rule.Table, [carried], []);
        var writer = new RowWriter(64);
        RowValues.WriteRow(writer, schema, [Value(carried.Type.Kind, key)]);
        var reader = new RowReader(schema, writer.Written);
        reader.Read();
        return dialect.Literal(reader, column);
    }

    static object Value(ColumnKind kind, string key) => kind switch
    {
        ColumnKind.Int8 => sbyte.Parse(key, CultureInfo.InvariantCulture),
        ColumnKind.Int16 => short.Parse(key, CultureInfo.InvariantCulture),
        ColumnKind.Int32 => int.Parse(key, CultureInfo.InvariantCulture),
        ColumnKind.Int64 => long.Parse(key, CultureInfo.InvariantCulture),
        ColumnKind.UInt8 => byte.Parse(key, CultureInfo.InvariantCulture),
        ColumnKind.UInt16 => ushort.Parse(key, CultureInfo.InvariantCulture),
        ColumnKind.UInt32 => uint.Parse(key, CultureInfo.InvariantCulture),
        ColumnKind.UInt64 => ulong.Parse(key, CultureInfo.InvariantCulture),
        ColumnKind.Uuid => Guid.Parse(key),
        _ => key,
    };
}

/// <summary>A document of a chunk.</summary>
/// <param name="Key">Its head's key as text.</param>
/// <param name="Place">Its place among all documents of its kind by their keys.</param>
readonly record struct Document(string Key, int Place);
