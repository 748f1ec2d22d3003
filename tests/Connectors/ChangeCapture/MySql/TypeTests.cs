using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

/// <summary>Every type, as a snapshot reads it and as the log has it: two readers that share no code have to give the same bytes.</summary>
public sealed class TypeTests(CaptureServer server) : IClassFixture<CaptureServer>
{
    // Type, literal, expected value.
    static readonly (string Type, string Literal, object? Expected)[] Cases =
    [
        ("TINYINT", "-128", (sbyte)-128), ("TINYINT UNSIGNED", "255", (byte)255), ("SMALLINT", "-32768", (short)-32768), ("SMALLINT UNSIGNED", "65535", (ushort)65535),
        ("MEDIUMINT", "-8388608", -8388608), ("MEDIUMINT UNSIGNED", "16777215", 16777215u), ("INT", "-2147483648", int.MinValue), ("INT UNSIGNED", "4294967295", uint.MaxValue),
        ("BIGINT", "-9223372036854775808", long.MinValue), ("BIGINT UNSIGNED", "18446744073709551615", ulong.MaxValue), ("INT(5) ZEROFILL", "42", 42u), ("BOOLEAN", "1", (sbyte)1),
        ("DECIMAL(38,10)", "-1234567890123456789012345678.0123456789", ExactDecimal.Parse("-1234567890123456789012345678.0123456789")), ("DECIMAL(5,0)", "-99999", ExactDecimal.Parse("-99999")),
        ("DECIMAL(65,30)", "12345678.000000000000000000000000000001", ExactDecimal.Parse("12345678.000000000000000000000000000001")), ("DECIMAL(18,9)", "0.000000001", ExactDecimal.Parse("0.000000001")),
        ("DECIMAL(10,2) UNSIGNED", "99999999.99", ExactDecimal.Parse("99999999.99")), ("DECIMAL(19,0)", "-9223372036854775809", ExactDecimal.Parse("-9223372036854775809")), ("DECIMAL(4,4)", "-0.0001", ExactDecimal.Parse("-0.0001")),
        ("FLOAT", "0.1", 0.1f), ("FLOAT(7,3)", "1234.567", 1234.567f), ("DOUBLE", "-1.7976931348623157e308", double.MinValue), ("DOUBLE", "2.2250738585072014e-308", 2.2250738585072014e-308), ("REAL", "3.5", 3.5d),
        ("BIT(1)", "b'1'", 1ul), ("BIT(9)", "b'100000001'", 257ul), ("BIT(64)", "0xFFFFFFFFFFFFFFFE", 0xFFFFFFFFFFFFFFFEul),
        ("YEAR", "2155", (short)2155), ("YEAR", "0", (short)0), ("DATE", "'9999-12-31'", new DateOnly(9999, 12, 31)), ("DATE", "'0000-00-00'", new CarriedDate(ZeroDates.Days(0, 0, 0), null)),
        ("DATE", "'2020-00-10'", new CarriedDate(ZeroDates.Days(2020, 0, 10), null)), ("DATE", "'0001-01-01'", new DateOnly(1, 1, 1)),
        ("TIME", "'-838:59:59'", -new TimeSpan(838, 59, 59)), ("TIME(6)", "'-00:00:00.000001'", new TimeSpan(-10)), ("TIME(3)", "'-12:34:56.789'", -new TimeSpan(0, 12, 34, 56, 789)),
        ("TIME(1)", "'-01:00:00.9'", -new TimeSpan(0, 1, 0, 0, 900)), ("TIME(6)", "'838:59:59.999999'", new TimeSpan(838, 59, 59) + new TimeSpan(9999990)),
        ("DATETIME", "'1000-01-01 00:00:00'", new DateTime(1000, 1, 1)), ("DATETIME(6)", "'9999-12-31 23:59:59.999999'", new DateTime(9999, 12, 31, 23, 59, 59).AddTicks(9999990)),
        ("DATETIME(3)", "'2024-02-29 12:00:00.123'", new DateTime(2024, 2, 29, 12, 0, 0, 123)), ("DATETIME(1)", "'2024-02-29 12:00:00.5'", new DateTime(2024, 2, 29, 12, 0, 0, 500)),
        ("DATETIME", "'0000-00-00 00:00:00'", new CarriedDate(ZeroDates.Days(0, 0, 0), 0)), ("DATETIME(6)", "'2020-00-00 10:11:12.5'", new CarriedDate(ZeroDates.Days(2020, 0, 0), new TimeSpan(0, 10, 11, 12, 500).Ticks)),
        ("TIMESTAMP NULL", "'1970-01-01 00:00:01'", new DateTimeOffset(1970, 1, 1, 0, 0, 1, TimeSpan.Zero)), ("TIMESTAMP(6) NULL", "'2038-01-19 03:14:07.999999'", new DateTimeOffset(2038, 1, 19, 3, 14, 7, TimeSpan.Zero).AddTicks(9999990)),
        ("TIMESTAMP NULL", "'0000-00-00 00:00:00'", new CarriedDate(ZeroDates.Days(0, 0, 0), 0)),
        ("CHAR(10)", "'ab  '", "ab"), ("CHAR(0)", "''", ""), ("VARCHAR(300)", "'汉字🚀 '", "汉字🚀 "), ("VARCHAR(10)", "'a\\0b'", "a\0b"), ("CHAR(10) CHARACTER SET latin1", "'Grüße€'", "Grüße€"),
        ("VARCHAR(10) CHARACTER SET gbk", "'汉字a'", "汉字a"), ("VARCHAR(10) CHARACTER SET gb2312", "'汉字'", "汉字"), ("VARCHAR(10) CHARACTER SET big5", "'漢字'", "漢字"), ("VARCHAR(10) CHARACTER SET sjis", "'漢字ｱ'", "漢字ｱ"), ("VARCHAR(10) CHARACTER SET cp932", "'漢字①'", "漢字①"),
        ("VARCHAR(10) CHARACTER SET euckr", "'한글'", "한글"), ("VARCHAR(10) CHARACTER SET ujis", "'漢字'", "漢字"), ("VARCHAR(10) CHARACTER SET ucs2", "'汉字'", "汉字"), ("CHAR(10) CHARACTER SET ucs2", "'汉 '", "汉"),
        ("VARCHAR(10) CHARACTER SET utf16", "'汉🚀'", "汉🚀"), ("VARCHAR(10) CHARACTER SET utf16le", "'汉🚀'", "汉🚀"), ("VARCHAR(10) CHARACTER SET utf32", "'汉🚀'", "汉🚀"), ("VARCHAR(10) CHARACTER SET utf8mb3", "'汉字'", "汉字"),
        ("VARCHAR(10) CHARACTER SET cp1251", "'Привет'", "Привет"), ("VARCHAR(10) CHARACTER SET koi8r", "'Привет'", "Привет"), ("VARCHAR(10) CHARACTER SET cp866", "'Привет'", "Привет"), ("VARCHAR(10) CHARACTER SET latin2", "'Łódź'", "Łódź"),
        ("VARCHAR(10) CHARACTER SET latin5", "'ığş'", "ığş"), ("VARCHAR(10) CHARACTER SET latin7", "'ąčę'", "ąčę"), ("VARCHAR(10) CHARACTER SET greek", "'Ελλάς'", "Ελλάς"), ("VARCHAR(10) CHARACTER SET hebrew", "'שלום'", "שלום"), ("VARCHAR(10) CHARACTER SET tis620", "'ไทย'", "ไทย"), ("VARCHAR(10) CHARACTER SET cp850", "'é½'", "é½"),
        ("TINYTEXT", "'t'", "t"), ("TEXT", "REPEAT('x',70)", new string('x', 70)), ("MEDIUMTEXT CHARACTER SET gbk", "'汉'", "汉"), ("LONGTEXT", "''", ""),
        ("BINARY(6)", "X'010000'", new byte[] { 1, 0, 0, 0, 0, 0 }), ("BINARY(4)", "X'61622020'", "ab  "u8.ToArray()), ("VARBINARY(300)", "X'00FF00'", new byte[] { 0, 255, 0 }), ("CHAR(5) CHARACTER SET binary", "X'31'", new byte[] { 0x31, 0, 0, 0, 0 }),
        ("TINYBLOB", "X'00'", new byte[] { 0 }), ("BLOB", "REPEAT(X'80',300)", Enumerable.Repeat((byte)0x80, 300).ToArray()), ("LONGBLOB", "''", Array.Empty<byte>()),
        ("ENUM('a','it''s','汉')", "'汉'", "汉"), ("ENUM('a','b') CHARACTER SET latin1", "'b'", "b"), ("SET('x','y','z')", "'z,x'", "x,z"), ("SET('x','y')", "''", ""), ("ENUM('ü') CHARACTER SET gbk", "'ü'", "ü"),
        ("JSON", "'{\"a\": 1}'", "{\"a\": 1}"), ("UUID", "'00112233-4455-6677-8899-aabbccddeeff'", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")), ("UUID", "'01890a5d-ac96-774b-bcce-b302099a8057'", Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057")),
        ("UUID", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", Guid.Parse("ffffffff-ffff-ffff-ffff-ffffffffffff")), ("UUID", "'00000000-0000-0000-0000-000000000000'", Guid.Empty), ("UUID", "'d4d8e1a0-61e7-11ed-9b6a-0242ac120002'", Guid.Parse("d4d8e1a0-61e7-11ed-9b6a-0242ac120002")),
        ("INET6", "'2001:db8::ff00:42:8329'", "2001:db8::ff00:42:8329"), ("INET6", "'::'", "::"), ("INET6", "'::ffff:1.2.3.4'", "::ffff:1.2.3.4"), ("INET4", "'10.0.0.1'", "10.0.0.1"), ("INET4", "'0.0.32.0'", "0.0.32.0"),
        ("TEXT COMPRESSED", "REPEAT('汉',200)", new string('汉', 200)), ("VARCHAR(500) COMPRESSED", "'short'", "short"), ("BLOB COMPRESSED", "REPEAT(X'01',900)", Enumerable.Repeat((byte)1, 900).ToArray()),
        ("POINT", "ST_GeomFromText('POINT(1 2)')", Convert.FromHexString("000000000101000000000000000000F03F0000000000000040")), ("INT", "NULL", null), ("VARCHAR(5)", "NULL", null),
    ];

    [Fact]
    public async Task Every_type_reads_the_same_from_a_snapshot_and_from_the_log()
    {
        string database = server.MakeDatabase();
        string columns = string.Join(", ", Cases.Select((one, index) => $"c{index} {one.Type}"));
        string values = string.Join(", ", Cases.Select(one => one.Literal));
        server.Run("SET GLOBAL sql_mode=''", $"CREATE TABLE {database}.t (id INT PRIMARY KEY, {columns})", $"INSERT INTO {database}.t VALUES (1, {values})");
        byte[]? snapshot = null, logged = null, updated = null;
        TableSchema? schema = null;
        await using var capture = CaptureServer.Open(server.Options(database));
        await CaptureServer.ReadUntil(capture, batch => Take(batch, ChangeKind.Read, ref snapshot, ref schema), () => snapshot is not null);
        server.Run($"INSERT INTO {database}.t VALUES (2, {values})", $"UPDATE {database}.t SET id=1+id-1 WHERE id=2", $"UPDATE {database}.t SET c6=7 WHERE id=2");
        await CaptureServer.ReadUntil(capture, batch =>
        {
            Take(batch, ChangeKind.Insert, ref logged, ref schema);
            Take(batch, ChangeKind.Update, ref updated, ref schema);
        }, () => updated is not null);
        object?[] fromSnapshot = RowValues.ReadAll(schema!, snapshot!), fromLog = RowValues.ReadAll(schema!, logged!);
        var wrong = new StringBuilder();
        for (int index = 0; index < Cases.Length; index++)
        {
            if (!Same(fromLog[index + 1], Cases[index].Expected) ) wrong.AppendLine($"log: {Cases[index].Type} {Cases[index].Literal}: {Show(fromLog[index + 1])}, not {Show(Cases[index].Expected)}");
            if (!Same(fromSnapshot[index + 1], fromLog[index + 1])) wrong.AppendLine($"snapshot: {Cases[index].Type} {Cases[index].Literal}: {Show(fromSnapshot[index + 1])}, log: {Show(fromLog[index + 1])}");
        }

        wrong.ToString().ShouldBeEmpty();
        RowValues.ReadAll(schema!, updated!)[7].ShouldBe(7);
    }

    static void Take(ChangeBatch batch, ChangeKind kind, ref byte[]? row, ref TableSchema? schema)
    {
        foreach (var entry in batch.Entries)
        {
            if (entry.Kind != kind) continue;
            schema = batch.Schemas[entry.Schema];
            row = new ChangeReader(batch.ValueOf(entry).Span).After.ToArray();
        }
    }

    static bool Same(object? left, object? right) => left is byte[] a && right is byte[] b ? a.AsSpan().SequenceEqual(b) : Equals(left, right);

    static string Show(object? value) => value is byte[] bytes ? Convert.ToHexString(bytes) : value?.ToString() ?? "NULL";
}
