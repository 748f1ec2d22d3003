using System.Buffers.Binary;
using System.Text;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.PostgreSql;
using Orrery.Connectors.Rows;
using Orrery.Connectors.Tests.ChangeCapture.Messages;

namespace Orrery.Connectors.Tests.ChangeCapture.PostgreSql;

public sealed class PgOutputFuzzTests
{
    static readonly PostgreSqlRelation Relation = new("public.t", new TableSchema("d", "public.t",
    [
        new Column("id", new ColumnType(ColumnKind.Int32), "integer", false), new Column("n", new ColumnType(ColumnKind.Decimal, 10, 2), "numeric(10,2)", true), new Column("raw", new ColumnType(ColumnKind.Binary), "bytea", true),
        new Column("tz", new ColumnType(ColumnKind.TimestampWithZone, 6), "timestamp with time zone", true), new Column("flag", new ColumnType(ColumnKind.Boolean), "boolean", true), new Column("t", new ColumnType(ColumnKind.Text), "text", true),
    ], [0]), [true, false, false, false, false, false]);

    [Fact]
    public void A_row_of_the_stream_is_read_exactly_and_a_changed_one_is_read_or_refused()
    {
        byte[][] rows =
        [
            Row("1", "12.34", "\\x00ff", "2020-07-17 10:00:22.123456+00", "t", "华为"),
            Row("2", null, "\\x", "1999-12-31 23:59:59+00", "f", ""),
            Row("-3", "-0.01", null, null, null, null),
        ];
        var writer = new RowWriter();
        var message = new PgOutputMessage(rows[0]);
        Relation.WriteRow(writer, ref message, false, default);
        message.IsAtEnd.ShouldBeTrue();
        RowValues.ReadAll(Relation.Schema, writer.Written).ShouldBe([1, new ExactDecimal(1234, 2), new byte[] { 0, 255 }, new DateTimeOffset(2020, 7, 17, 10, 0, 22, TimeSpan.Zero).AddMicroseconds(123456), true, "华为"]);
        var random = new Random(Mutations.Seed);
        int count = Mutations.Count(20_000), refused = 0;
        for (int number = 0; number < count; number++)
        {
            byte[] input = Mutations.Of(rows[random.Next(rows.Length)], rows[random.Next(rows.Length)], random);
            try
            {
                message = new PgOutputMessage(input);
                Relation.WriteRow(writer, ref message, random.Next(2) == 0, default);
                RowValues.ReadAll(Relation.Schema, writer.Written);
            }
            catch (ChangeSourceException error)
            {
                error.Fault.ShouldBeOneOf(ChangeSourceFault.Format, ChangeSourceFault.Value);
                refused++;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"input {number}: {Convert.ToHexString(input)}", error);
            }
        }

        refused.ShouldBeInRange(count / 10, count - 1);
    }

    static byte[] Row(params string?[] values)
    {
        var bytes = new List<byte> { 0, (byte)values.Length };
        foreach (string? value in values)
        {
            if (value is null)
            {
                bytes.Add((byte)'n');
                continue;
            }

            byte[] text = Encoding.UTF8.GetBytes(value), length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.AddRange([(byte)'t', .. length, .. text]);
        }

        return [.. bytes];
    }
}
