using Orrery.Dataflow.Partitions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>What goes between partitions: whole rows arrive as they were, anything else is refused with the place.</summary>
public sealed class ExchangeMessageTests
{
    private static readonly RowLayout Layout = new(new RowSchema([
        new("id", SqlType.BigInt.Nullable(false)), new("name", SqlType.String), new("isDone", SqlType.Boolean), new("amount", SqlType.Decimal(30, 4)), new("tags", SqlType.ArrayOf(SqlType.String)),
        new("ratio", SqlType.Double), new("raw", SqlType.Binary), new("day", SqlType.Date), new("more", SqlType.ArrayOf(SqlType.Integer))]));

    [Fact]
    public void Rows_and_reports_arrive_as_they_were_in_as_many_parts_as_it_takes()
    {
        using var arena = new RowArena();
        var random = new Random(7);
        var outbox = new ExchangeOutbox((1, 3), long.MaxValue);
        var sent = new List<(ulong, string, int)>();
        for (int index = 0; index < 20_000; index++)
        {
            nint row = NewRow(random, arena);
            ulong exchange = (ulong)random.Next(3);
            int weight = random.Next(2) == 0 ? -1 : random.Next(1, 4);
            outbox.Add(2, exchange, row, weight);
            sent.Add((exchange, Convert.ToHexString(PackedRow.Span(row)), weight));
        }

        var report = new StageReport { NextTimer = 12, Times = [(5, 6)], Failures = [(7, "division by zero")], Sizes = [(8, 9)] };
        var messages = outbox.End(new ExchangeRound(4, 1), report);
        messages[1].ShouldBeEmpty();
        messages[0].Count.ShouldBe(1);
        messages[2].Count.ShouldBeGreaterThan(2);
        messages[2].ShouldAllBe(part => part.Length < 2 * ExchangeOutbox.PartBytesMax);
        using var into = new Receiver();
        var read = ExchangeInbox.Read(new ExchangeRound(4, 1), 1, 2, messages[2], into);
        into.Rows.ShouldBe(sent);
        read.NextTimer.ShouldBe(12);
        read.Times.ShouldBe([(5UL, 6L)]);
        read.Failures.ShouldBe([(7UL, "division by zero")]);
        read.Sizes.ShouldBe([(8UL, 9L)]);
        Should.Throw<ExchangeException>(() => ExchangeInbox.Read(new ExchangeRound(5, 1), 1, 2, messages[2], into));
        Should.Throw<ExchangeException>(() => ExchangeInbox.Read(new ExchangeRound(4, 1), 1, 2, [.. messages[2].Skip(1)], into));
        Should.Throw<ExchangeException>(() => ExchangeInbox.Read(new ExchangeRound(4, 1), 1, 2, [.. messages[2].SkipLast(1)], into));
        Should.Throw<ExchangeException>(() => ExchangeInbox.Read(new ExchangeRound(4, 1), 1, 2, [], into));
        // It is empty again.
        outbox.End(new ExchangeRound(5, 0), new StageReport())[2].Single().Length.ShouldBeLessThan(100);
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_are_rows_still()
    {
        using var arena = new RowArena();
        int refused = 0;
        for (int seed = 0; seed < 4_000; seed++)
        {
            var random = new Random(seed);
            var outbox = new ExchangeOutbox((0, 2), long.MaxValue);
            for (int index = random.Next(1, 4); index > 0; index--) outbox.Add(1, 1, NewRow(random, arena), 1);
            byte[] bytes = outbox.End(new ExchangeRound(1, 0), new StageReport { Failures = [(1, "x")] })[1][0].ToArray();
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            else for (int index = random.Next(1, 4); index > 0; index--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            using var into = new Receiver();
            try
            {
                ExchangeInbox.Read(new ExchangeRound(1, 0), 0, 1, [bytes], into);
            }
            catch (ExchangeException)
            {
                refused++;
            }

            // What was taken before or in spite of the damage can be read to its last value.
            foreach (nint row in into.Taken) RowValues.ToObjects(row, Layout).Length.ShouldBe(Layout.Count);
            arena.Reset();
        }

        refused.ShouldBeGreaterThan(1_500);
    }

    [Fact]
    public void Equal_numbers_go_to_one_partition_whatever_their_types()
    {
        SqlType[] types = [SqlType.BigInt, SqlType.Integer, new(SqlTypeKind.SmallInt), new(SqlTypeKind.TinyInt), SqlType.Decimal(9, 2), SqlType.Decimal(38, 10), SqlType.Decimal(18, 0)];
        using var arena = new RowArena();
        var seen = new HashSet<int>();
        for (int value = -120; value <= 120; value++)
        {
            int[] homes = [.. types.Select(type =>
            {
                var layout = new RowLayout(new RowSchema([new RowColumn("k", type)]));
                return new KeyHash(layout, [0]).Partition(RowValues.FromObjects([type.Kind == SqlTypeKind.Decimal ? (decimal)value : (object)(long)value], layout, arena), 16);
            })];
            homes.Distinct().Count().ShouldBe(1, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
            seen.Add(homes[0]);
        }

        seen.Count.ShouldBe(16);
        Of(SqlType.Decimal(10, 3), 1.250m).ShouldBe(Of(SqlType.Decimal(30, 2), 1.25m));
        Of(new SqlType(SqlTypeKind.Float), 0.5).ShouldBe(Of(SqlType.Double, 0.5));
        Of(SqlType.BigInt, null).ShouldBe(Of(SqlType.String, null));

        int Of(SqlType type, object? value)
        {
            var layout = new RowLayout(new RowSchema([new RowColumn("k", type)]));
            return new KeyHash(layout, [0]).Partition(RowValues.FromObjects([value], layout, arena), 256);
        }
    }

    private static nint NewRow(Random random, RowArena arena) => RowValues.FromObjects(
        [
            random.NextInt64(), Maybe("näme" + new string('x', random.Next(60))), Maybe(random.Next(2) == 0), Maybe((decimal)random.Next()), Maybe(new object?[] { "a", null, new string('b', random.Next(9)) }),
            Maybe(random.NextDouble()), Maybe(new byte[random.Next(20)]), null, Maybe(new object?[] { 1, null, 3 }),
        ], Layout, arena);

    private static object? Maybe(object value) => value;

    private sealed class Receiver : IExchangeReceiver, IDisposable
    {
        public RowArena Arena { get; } = new();

        public List<(ulong Exchange, string Row, int Weight)> Rows { get; } = [];

        public List<nint> Taken { get; } = [];

        public RowLayout? LayoutOfExchange(ulong exchange) => exchange < 3 ? Layout : null;

        public RowLayout? LayoutOfTable(ulong table) => table == 0 ? Layout : null;

        public void Take(ulong exchange, nint row, int weight)
        {
            Rows.Add((exchange, Convert.ToHexString(PackedRow.Span(row)), weight));
            Taken.Add(row);
        }

        public void TakeTable(ulong table, nint row, int weight, long order) => Taken.Add(row);

        public void Dispose() => Arena.Dispose();
    }
}
