using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Certificates;

/// <summary>
/// Finds the rows of a range that are not the same on both sides, whatever order the databases have: both sides are read once, and each row's hash summed up in one of many buckets by its key; then once
/// more, and of the rows only those kept that fall into buckets whose sums differ. So memory is bounded by the differences and not by the rows.
/// </summary>
sealed class RowComparison(IDatabase from, IDatabase to, TablePair pair, int listedMax)
{
    const int Buckets = 1 << 16;

    /// <summary>Rows of differing buckets that are kept at once; beyond it they are counted in parts.</summary>
    const int KeptRowsMax = 500_000;

    readonly List<RowDifference> listed = [];

    public long OnlyInFrom { get; private set; }

    public long OnlyInTo { get; private set; }

    public long Differing { get; private set; }

    public IReadOnlyList<RowDifference> Listed => listed;

    /// <summary>Compares a range.</summary>
    /// <param name="here">In the first side's keys.</param>
    /// <param name="there">The same in the other's.</param>
    public void Compare(KeyRange here, KeyRange there, CancellationToken cancellationToken)
    {
        var sums = new (UInt128 Sum, int Rows)[Buckets];
        Each(from, pair.From, pair.FromColumns, here, (bucket, row) => sums[bucket] = (sums[bucket].Sum + row.Hash, sums[bucket].Rows + 1), cancellationToken);
        Each(to, pair.To, pair.ToColumns, there, (bucket, row) => sums[bucket] = (sums[bucket].Sum - row.Hash, sums[bucket].Rows + 1), cancellationToken);
        var differing = new List<int>();
        for (int bucket = 0; bucket < Buckets; bucket++)
            if (sums[bucket].Sum != 0)
                differing.Add(bucket);
        for (int first = 0; first < differing.Count;)
        {
            var part = new HashSet<int>();
            for (long rows = 0; first < differing.Count && (part.Count == 0 || rows + sums[differing[first]].Rows <= KeptRowsMax); first++)
            {
                part.Add(differing[first]);
                rows += sums[differing[first]].Rows;
            }

            Keep(here, there, part, cancellationToken);
        }
    }

    void Keep(KeyRange here, KeyRange there, HashSet<int> buckets, CancellationToken cancellationToken)
    {
        // Rows may repeat where there is no key.
        var rows = new Dictionary<string, List<(UInt128 Hash, string?[] Values)>>(StringComparer.Ordinal);
        Each(from, pair.From, pair.FromColumns, here, (bucket, row) =>
        {
            if (!buckets.Contains(bucket)) return;
            if (!rows.TryGetValue(row.Key, out List<(UInt128, string?[])>? same)) rows[row.Key] = same = [];
            same.Add((row.Hash, row.Values()));
        }, cancellationToken);
        Each(to, pair.To, pair.ToColumns, there, (bucket, row) =>
        {
            if (!buckets.Contains(bucket)) return;
            if (!rows.TryGetValue(row.Key, out List<(UInt128 Hash, string?[] Values)>? same))
            {
                OnlyInTo++;
                List("only in to", row.Key, []);
                return;
            }

            int equal = same.FindIndex(other => other.Hash == row.Hash), at = equal >= 0 ? equal : 0;
            (UInt128 hash, string?[] values) = same[at];
            same.RemoveAt(at);
            if (same.Count == 0) rows.Remove(row.Key);
            if (hash == row.Hash) return;
            Differing++;
            string?[] others = row.Values();
            List("differs", row.Key, [.. Enumerable.Range(0, values.Length).Where(index => values[index] != others[index]).Select(index => new ValueDifference(pair.Columns[index].From, values[index], others[index]))]);
        }, cancellationToken);
        foreach ((string key, List<(UInt128, string?[])> left) in rows)
            foreach (var _ in left)
            {
                OnlyInFrom++;
                List("only in from", key, []);
            }
    }

    void List(string kind, string key, IReadOnlyList<ValueDifference> columns)
    {
        if (listed.Count < listedMax) listed.Add(new RowDifference(kind, key, columns));
    }

    void Each(IDatabase database, TableDefinition table, IReadOnlyList<(string Name, ColumnType As)> columns, KeyRange range, Action<int, ComparedRow> take, CancellationToken cancellationToken)
    {
        var text = new CanonicalText();
        TableSchema? keySchema = null;
        foreach (RowBatch batch in CanonicalRows.Read(database, table, columns, range, cancellationToken))
        {
            keySchema ??= pair.Key.Count == 0 ? null : new TableSchema("", "", [.. pair.Key.Select(index => batch.Schema.Columns[index])], []);
            for (int row = 0; row < batch.Count; row++)
            {
                string whole = text.Of(batch.Schema, batch[row]);
                string key = keySchema is null ? whole : KeyOf(batch.Schema, batch[row]);
                UInt128 hash = HashOf(whole);
                RowBatch here = batch;
                int at = row;
                take((int)(HashOf(key) % Buckets), new ComparedRow(key, hash, () => Values(here.Schema, here[at])));
            }
        }
    }

    /// <summary>The key as it is shown: name=value in the first side's names and one spelling of values.</summary>
    string KeyOf(TableSchema schema, ReadOnlySpan<byte> row)
    {
        string?[] values = Values(schema, row);
        return string.Join(", ", pair.Key.Select(index => $"{pair.Columns[index].From}={values[index]}"));
    }

    readonly CanonicalText one = new();

    string?[] Values(TableSchema schema, ReadOnlySpan<byte> row)
    {
        var values = new string?[schema.Columns.Count];
        var reader = new RowReader(schema, row);
        var writer = new RowWriter(64);
        while (reader.Read())
        {
            if (reader.IsNull) continue;
            if (reader.Kind is ColumnKind.Float32 or ColumnKind.Float64)
            {
                // A single's own digits would look like those of a double that it is not.
                double number = reader.Kind == ColumnKind.Float32 ? reader.GetFloat32() : reader.GetFloat64();
                values[reader.Index] = number == 0 ? "0" : number.ToString("R", CultureInfo.InvariantCulture);
                continue;
            }

            writer.Clear();
            writer.BeginRow(1);
            writer.WriteEncoded(reader.Encoded);
            writer.EndRow();
            string text = one.Of(Single(schema, reader.Index), writer.Written);
            // Texts stand behind their length.
            values[reader.Index] = reader.Kind is ColumnKind.Text or ColumnKind.Json ? text[(text.IndexOf(';', StringComparison.Ordinal) + 1)..] : text;
        }

        return values;
    }

    readonly Dictionary<(TableSchema, int), TableSchema> singles = [];

    TableSchema Single(TableSchema schema, int index)
    {
        if (!singles.TryGetValue((schema, index), out TableSchema? single)) singles[(schema, index)] = single = new TableSchema("", "", [schema.Columns[index]], []);
        return single;
    }

    static UInt128 HashOf(string text)
    {
        Span<byte> hash = stackalloc byte[16];
        MD5.HashData(Encoding.UTF8.GetBytes(text), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash) >> 8;
    }

    readonly record struct ComparedRow(string Key, UInt128 Hash, Func<string?[]> Values);
}
