namespace Orrery.Storage.Sql;

/// <summary>Rows of one table on their way into it: numbers as long, texts as string, bytes as byte[], or null.</summary>
/// <param name="Table">Where they go. Each row has a value for every column.</param>
sealed record SqlRows(SqlTable Table)
{
    /// <summary>What a row takes in a statement beside its texts and bytes, about.</summary>
    const int RowBytes = 150;

    readonly List<object?[]> rows = [];

    public int Count => rows.Count;

    public IReadOnlyList<object?[]> Values => rows;

    public void Add(params object?[] values)
    {
        if (values.Length != Table.Columns.Length) throw new ArgumentException($"A row of {Table.Name} has {Table.Columns.Length} values; {values.Length} were given.", nameof(values));
        for (var index = 0; index < values.Length; index++)
        {
            if (values[index] is string text && Table.Columns[index].Type == SqlType.Text) values[index] = SqlTexts.Encode(text);
        }

        rows.Add(values);
    }

    /// <summary>The rows in pieces that each fit into one statement; a larger row is a piece of its own.</summary>
    public IEnumerable<IReadOnlyList<object?[]>> Pieces(int rowsLimit, long bytesLimit)
    {
        var start = 0;
        long bytes = 0;
        for (var index = 0; index < rows.Count; index++)
        {
            var size = BytesOf(rows[index]);
            if (index > start && (index - start == rowsLimit || bytes + size > bytesLimit))
            {
                yield return rows.GetRange(start, index - start);
                (start, bytes) = (index, 0);
            }

            bytes += size;
        }

        if (start < rows.Count) yield return start == 0 ? rows : rows.GetRange(start, rows.Count - start);
    }

    static long BytesOf(object?[] row)
    {
        long bytes = RowBytes;
        foreach (var value in row) bytes += value switch { string text => text.Length * 2, byte[] data => data.Length, _ => 0 };
        return bytes;
    }
}
