using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

/// <summary>A table with a column of every kind, and rows with their boundary values.</summary>
static class Samples
{
    public static readonly (string Name, ColumnType Type, object[] Values)[] Columns =
    [
        ("flag", new(ColumnKind.Boolean), [false, true]),
        ("i8", new(ColumnKind.Int8), [sbyte.MinValue, sbyte.MaxValue, (sbyte)0]),
        ("i16", new(ColumnKind.Int16), [short.MinValue, short.MaxValue]),
        ("i32", new(ColumnKind.Int32), [int.MinValue, int.MaxValue]),
        ("i64", new(ColumnKind.Int64), [long.MinValue, long.MaxValue, -1L]),
        ("u8", new(ColumnKind.UInt8), [byte.MinValue, byte.MaxValue]),
        ("u16", new(ColumnKind.UInt16), [ushort.MinValue, ushort.MaxValue]),
        ("u32", new(ColumnKind.UInt32), [uint.MinValue, uint.MaxValue]),
        ("u64", new(ColumnKind.UInt64), [ulong.MinValue, ulong.MaxValue, 9_223_372_036_854_775_808UL, 9_223_372_036_854_775_807UL]),
        ("amount", new(ColumnKind.Decimal, 10, 2), [D("99999999.99"), D("-99999999.99"), D("0.00"), D("-0.05"), D("100.00"), D("12345.60")]),
        ("wide", new(ColumnKind.Decimal, 38, 0), [D("99999999999999999999999999999999999999"), D("-99999999999999999999999999999999999999"), D("10000000000000000000000000000000000000")]),
        ("fine", new(ColumnKind.Decimal, 38, 30), [D("12345678.901234567890123456789012345678"), D("-0.000000000000000000000000000001"), D("99999999.999999999999999999999999999999")]),
        ("f32", new(ColumnKind.Float32), [123.102f, float.MaxValue, -float.MaxValue, float.Epsilon * 16777216, 1.17549435E-38f, 0.1f, 16777216f]),
        ("f64", new(ColumnKind.Float64), [0.1 + 0.2, double.MaxValue, -double.MaxValue, 2.2250738585072014E-308, 1.0 / 3, -123456789.125, 1e22, 5e-100]),
        ("name", new(ColumnKind.Text, Length: 50), ["", "plain", "中文名称", "emoji 😀👩‍👩‍👧", "quote ' \" ` ] \\ % _", "tab\tnewline\ncarriage\r", "  leading and trailing  ", "\\N", "NULL", "N", ";"]),
        ("memo", new(ColumnKind.Text), ["x", new string('长', 50_000), "line1\r\nline2"]),
        ("data", new(ColumnKind.Binary), [Array.Empty<byte>(), new byte[] { 0, 1, 2, 9, 10, 13, 39, 92, 127, 128, 255 }, "\\N"u8.ToArray()]),
        ("code", new(ColumnKind.Binary, Length: 8), [new byte[8], new byte[] { 255, 254, 0 }]),
        ("day", new(ColumnKind.Date), [new DateOnly(1, 1, 1), new DateOnly(9999, 12, 31), new DateOnly(2020, 2, 29), new DateOnly(1969, 12, 31)]),
        ("clock", new(ColumnKind.Time, 6), [TimeSpan.Zero, new TimeSpan(0, 23, 59, 59, 999, 999), new TimeSpan(0, 18, 0, 22, 123, 456)]),
        ("moment", new(ColumnKind.Timestamp, 6), [new DateTime(1, 1, 1), new DateTime(9999, 12, 31, 23, 59, 59, 999, 999), new DateTime(1969, 12, 31, 23, 59, 59, 999, 999), new DateTime(2020, 7, 17, 18, 0, 22, 123, 456)]),
        ("instant", new(ColumnKind.TimestampWithZone, 6), [new DateTimeOffset(1970, 1, 1, 0, 0, 1, TimeSpan.Zero), new DateTimeOffset(2038, 1, 19, 3, 14, 7, 999, 999, TimeSpan.Zero), new DateTimeOffset(2020, 7, 17, 18, 0, 22, 123, 456, TimeSpan.Zero)]),
        ("id128", new(ColumnKind.Uuid), [Guid.Empty, Guid.Parse("651aed08-390f-4893-b2f1-36923e7b7400"), Guid.Parse("ffffffff-ffff-ffff-ffff-ffffffffffff")]),
        ("doc", new(ColumnKind.Json), ["{\"key1\":\"value1\"}", "[1,  2.50, \"中😀\", null]", "\"text\"", "{\"b\":1,\"a\":2}"]),
    ];

    public static ExactDecimal D(string text) => ExactDecimal.Parse(text);

    /// <summary>The table: a key, then every column.</summary>
    public static TableDefinition Table(string name) => new(new TableName(null, name),
    [
        new ColumnDefinition("id", new ColumnType(ColumnKind.Int64), "", Nullable: false),
        .. Columns.Select(column => new ColumnDefinition(column.Name, column.Type, "", Nullable: true)),
    ])
    { Key = ["id"] };

    /// <summary>Rows that go through every value, and one of nulls.</summary>
    public static RowBatch Rows(TableSchema schema)
    {
        var batch = new RowBatch(schema);
        int rows = Columns.Max(column => column.Values.Length);
        for (long row = 0; row < rows; row++) batch.Add([row, .. Columns.Select(column => column.Values[row % column.Values.Length])]);
        batch.Add([(long)rows, .. Columns.Select(_ => (object?)null)]);
        return batch;
    }

    /// <summary>Names and types as the digests of both sides compare them.</summary>
    public static (string, ColumnType)[] Digested(TableDefinition table) => [.. table.Columns.Select(column => (column.Name, column.Type))];

    public static RowDigest Digest(params RowBatch[] batches) => Digest(FloatText.Decimal, batches);

    public static RowDigest Digest(FloatText floats, params RowBatch[] batches)
    {
        var text = new CanonicalText(floats);
        foreach (RowBatch batch in batches) text.Add(batch);
        return text.Sum;
    }

    /// <summary>A copy of all rows that are read.</summary>
    public static RowBatch ReadAll(IDatabase database, TableDefinition table, KeyRange? range = null)
    {
        RowBatch? all = null;
        foreach (RowBatch batch in database.Read(table, range ?? KeyRange.All, new ReadOptions { InKeyOrder = table.Key.Count > 0, BatchRowsLimit = 7 }))
        {
            all ??= new RowBatch(batch.Schema);
            for (int row = 0; row < batch.Count; row++) all.AddEncoded(batch[row]);
        }

        return all ?? new RowBatch(table.ToSchema(""));
    }

    /// <summary>Makes a table of this name for an engine, first removing an older one.</summary>
    public static TableDefinition Create(IDatabase database, TableDefinition table)
    {
        TableDefinition here = database.Dialect.Retarget(table, table.Name);
        if (database.ListTables().Any(name => name.Name == table.Name.Name)) database.Execute(database.Dialect.DropTable(here.Name));
        foreach (string statement in database.Dialect.CreateTable(here)) database.Execute(statement);
        return database.ReadTable(here.Name);
    }

    public static object?[][] Values(RowBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(row => RowValues.ReadAll(batch.Schema, batch[row]))];
}
