using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

/// <summary>Random rows, from printed seeds: the same digest in every database, and another one when anything changed. ORRERY_TEST_SEEDS sets how many seeds.</summary>
[Collection(LiveCollection.Name)]
public sealed class DigestPropertyTests(LiveDatabases databases)
{
    const int RowsPerSeed = 40;
    static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("ORRERY_TEST_SEEDS"), out int seeds) ? seeds : 5;

    [Fact]
    public void Random_rows_have_one_digest_in_every_database()
    {
        string[] engines = ["sqlite", "postgresql", "mysql"];
        TableDefinition table = Samples.Table("random_rows");
        var schema = table.ToSchema("samples");
        IDatabase[] open = [.. engines.Select(databases.Open)];
        try
        {
            TableDefinition[] here = [.. open.Select(database => Samples.Create(database, table))];
            for (int seed = 1; seed <= Seeds; seed++)
            {
                var random = new Random(seed);
                var rows = new RowBatch(schema);
                for (long row = 0; row < RowsPerSeed; row++) rows.Add([row, .. Samples.Columns.Select(column => random.Next(12) == 0 ? null : Value(random, column.Type))]);
                RowDigest expected = Samples.Digest(rows);
                for (int index = 0; index < open.Length; index++)
                {
                    open[index].Execute($"DELETE FROM {open[index].Dialect.Quote(here[index].Name)}");
                    open[index].Insert(here[index], [rows]);
                    RowDigest digest = open[index].Digest(here[index], Samples.Digested(table), KeyRange.All);
                    if (digest != expected) Explain(open[index], here[index], table, rows, $"seed {seed}, {engines[index]}");
                    Samples.Digest(Samples.ReadAll(open[index], here[index])).ShouldBe(expected, $"seed {seed}, {engines[index]}, read");
                }
            }
        }
        finally
        {
            foreach (IDatabase database in open) database.Dispose();
        }
    }

    [Fact]
    public void Any_change_of_any_value_changes_the_digest()
    {
        var schema = Samples.Table("t").ToSchema("samples");
        var random = new Random(99);
        for (int round = 0; round < 2000; round++)
        {
            object?[] values = [1L, .. Samples.Columns.Select(column => random.Next(8) == 0 ? null : Value(random, column.Type))];
            var before = new RowBatch(schema);
            before.Add(values);
            int changed = random.Next(1, values.Length);
            object? other = Value(random, schema.Columns[changed].Type);
            bool isSame = Equals(other, values[changed]) || (other is byte[] bytes && values[changed] is byte[] were && bytes.AsSpan().SequenceEqual(were));
            values[changed] = values[changed] is null || !isSame ? other : null;
            var after = new RowBatch(schema);
            after.Add(values);
            Samples.Digest(after).ShouldNotBe(Samples.Digest(before), schema.Columns[changed].Name);
        }
    }

    /// <summary>Finds the column and the row that differ.</summary>
    static void Explain(IDatabase database, TableDefinition here, TableDefinition table, RowBatch rows, string where)
    {
        object?[][] values = Samples.Values(rows);
        for (int column = 0; column < table.Columns.Count; column++)
        {
            for (int row = 0; row < rows.Count; row++)
            {
                var one = new RowBatch(new TableSchema("", "one", [table.Columns[column].ToColumn()], []));
                one.Add([values[row][column]]);
                KeyRange range = new(row == 0 ? null : rows.KeyOf(row - 1), rows.KeyOf(row));
                if (database.Digest(here, [(table.Columns[column].Name, table.Columns[column].Type)], range) != Samples.Digest(one))
                    throw new InvalidOperationException($"{where}: column {table.Columns[column].Name} ({table.Columns[column].Type}), value {RowKeys.Show(values[row][column])}");
            }
        }

        throw new InvalidOperationException($"{where}: the whole differs and no single value does");
    }

    static object Value(Random random, ColumnType type)
    {
        switch (type.Kind)
        {
            case ColumnKind.Boolean: return random.Next(2) == 0;
            case ColumnKind.Int8: return (sbyte)random.Next(sbyte.MinValue, sbyte.MaxValue + 1);
            case ColumnKind.Int16: return (short)random.Next(short.MinValue, short.MaxValue + 1);
            case ColumnKind.Int32: return (int)random.NextInt64(int.MinValue, 1L << 31) >> random.Next(32);
            case ColumnKind.Int64: return random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            case ColumnKind.UInt8: return (byte)random.Next(256);
            case ColumnKind.UInt16: return (ushort)random.Next(65536);
            case ColumnKind.UInt32: return (uint)random.NextInt64(1L << 32) >> random.Next(32);
            case ColumnKind.UInt64: return unchecked((ulong)random.NextInt64(long.MinValue, long.MaxValue)) >> random.Next(64);
            case ColumnKind.Decimal:
                Int128 unscaled = 0;
                for (int digits = random.Next(type.Precision + 1); digits > 0; digits--) unscaled = unscaled * 10 + (random.Next(3) == 0 ? 0 : random.Next(10));
                return new ExactDecimal(random.Next(2) == 0 ? unscaled : -unscaled, type.Scale);
            case ColumnKind.Float32:
                float small = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
                return float.IsNormal(small) ? small : 0.5f;
            case ColumnKind.Float64:
                double number = random.Next(2) == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) : Math.Round(random.NextDouble() * 1e6, random.Next(6));
                return double.IsNormal(number) ? number : Math.Pow(2, random.Next(-1000, 1000));
            case ColumnKind.Text: return Text(random, type.Length);
            case ColumnKind.Binary:
                var bytes = new byte[random.Next(type.Length > 0 ? type.Length + 1 : 300)];
                random.NextBytes(bytes);
                return bytes;
            case ColumnKind.Date: return new DateOnly(1, 1, 1).AddDays(random.Next(3_652_059));
            case ColumnKind.Time: return new TimeSpan(random.NextInt64(TimeSpan.TicksPerDay) / 10 * 10);
            case ColumnKind.Timestamp: return new DateTime(random.NextInt64(DateTime.MaxValue.Ticks) / 10 * 10);
            case ColumnKind.TimestampWithZone: return new DateTimeOffset(new DateTime(1970, 1, 1).AddTicks(TimeSpan.TicksPerSecond + random.NextInt64(2_147_483_646L * TimeSpan.TicksPerSecond) / 10 * 10), TimeSpan.Zero);
            case ColumnKind.Uuid: return new Guid(random.Next(), (short)random.Next(), (short)random.Next(), 1, 2, 3, 4, 5, 6, 7, (byte)random.Next());
            default: return $"{{\"k\": {random.Next()}, \"t\": \"{Text(random, 10).Replace("\\", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal).Replace('\n', ' ').Replace('\t', ' ').Replace('\r', ' ')}\"}}";
        }
    }

    static string Text(Random random, int lengthMax)
    {
        string[] parts = ["a", "Z", " ", "'", "\"", "\\", "\t", "\n", "\r", ";", ":", "N", "é", "中", "文", "😀", "\u200d", "0", "%", "_", "\\N", "--", "e\u0301", "\uFFFD"];
        var text = new StringBuilder();
        int length = random.Next(lengthMax > 0 ? lengthMax : 120);
        while (text.Length < length) text.Append(parts[random.Next(parts.Length)]);
        return lengthMax > 0 && text.Length > lengthMax ? "x" : text.ToString();
    }
}
