using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Bench.Harness;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;

namespace Orrery.Bench.CdcParse;

/// <summary>
/// Rows a second that one core reads from canal's flat messages of 20 columns (9 whole numbers, 4 decimals, 3 times, 4 texts, in part Chinese) into typed, keyed
/// changes. The limit in the same run: Utf8JsonReader going through the same messages' tokens and doing nothing with them.
/// </summary>
static class CdcParseBench
{
    static readonly (string Name, string Type, int Code)[] Columns =
    [
        ("id", "bigint(20)", -5), ("order_id", "bigint(20)", -5), ("product_id", "bigint(20)", -5), ("shop_id", "int(11)", 4), ("buyer_id", "bigint(20)", -5),
        ("qty", "int(11)", 4), ("unit_price", "decimal(18,4)", 3), ("amount", "decimal(18,2)", 3), ("discount", "decimal(18,2)", 3), ("freight", "decimal(18,2)", 3),
        ("status", "tinyint(4)", -6), ("channel", "int(11)", 4), ("created_at", "datetime", 93), ("updated_at", "datetime", 93), ("paid_at", "datetime", 93),
        ("version", "int(11)", 4), ("sku", "varchar(40)", 12), ("title", "varchar(120)", 12), ("city", "varchar(40)", 12), ("remark", "varchar(200)", 12),
    ];

    static readonly int[] Changed = [10, 13, 15];

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var figures = new List<Figure>();
        foreach ((int rows, bool isUpdate, double? goal, string name) in new (int, bool, double?, string)[]
                 {
                     (1, false, 1_000_000, "inserts, one row a message"), (100, false, 2_500_000, "inserts, 100 rows a message"),
                     (1, true, null, "updates, one row a message"), (100, true, null, "updates, 100 rows a message"),
                 })
        {
            // More bytes than the caches hold, so that messages come from memory as they do from a socket.
            var random = new Random(7);
            byte[][] messages = [.. Enumerable.Range(0, rows == 1 ? 40_000 : 1000).Select(number => Message(random, rows, isUpdate, number))];
            context.Say($"{name}: {messages.Average(message => message.Length):N0} bytes a message");
            double limit = Measure(context, messages, rows, Walk);
            double rate = Measure(context, messages, rows, new Reading().Run);
            figures.Add(new Figure(name, rate, "rows/s", "higher", goal, "Utf8JsonReader alone", limit));
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    /// <summary>The best of the runs: on a machine with other work the rest is that work's.</summary>
    static double Measure(BenchContext context, byte[][] messages, int rows, Action<byte[][]> run)
    {
        run(messages);
        double best = 0;
        for (int number = 0; number < context.Runs; number++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int round = 0; round < 3; round++) run(messages);
            best = Math.Max(best, 3.0 * messages.Length * rows / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return best;
    }

    static void Walk(byte[][] messages)
    {
        long tokens = 0;
        foreach (byte[] message in messages)
        {
            var json = new Utf8JsonReader(message);
            while (json.Read()) tokens++;
        }

        if (tokens == 0) throw new InvalidOperationException("Nothing was read.");
    }

    sealed class Reading
    {
        readonly CanalReader reader = new(ChangeMessageOptions.Default);
        readonly ChangeBatch batch = new();

        public void Run(byte[][] messages)
        {
            long sequence = 0, fast = reader.FastMessages;
            foreach (byte[] message in messages)
            {
                reader.Read(new ChangeMessage(default, message, ++sequence, 0), batch);
                if (batch.Bytes.Position > 1 << 20) batch.Clear();
            }

            if (reader.FastMessages - fast < messages.Length - 1) throw new InvalidOperationException("The quick way was not taken.");
        }
    }

    static byte[] Message(Random random, int rows, bool isUpdate, long id)
    {
        var text = new StringBuilder("{\"data\":[");
        Rows(false);
        text.Append("],\"database\":\"shop\",\"es\":1718000000000,\"id\":").Append(id).Append(",\"isDdl\":false,\"mysqlType\":{");
        text.AppendJoin(',', Columns.Select(column => $"\"{column.Name}\":\"{column.Type}\"")).Append("},\"old\":");
        if (isUpdate)
        {
            text.Append('[');
            Rows(true);
            text.Append(']');
        }
        else
        {
            text.Append("null");
        }

        text.Append(",\"pkNames\":[\"id\"],\"sql\":\"\",\"sqlType\":{").AppendJoin(',', Columns.Select(column => $"\"{column.Name}\":{column.Code}"));
        text.Append("},\"table\":\"order_item\",\"ts\":1718000000123,\"type\":\"").Append(isUpdate ? "UPDATE" : "INSERT").Append("\"}");
        return Encoding.UTF8.GetBytes(text.ToString());

        void Rows(bool old)
        {
            for (int row = 0; row < rows; row++)
            {
                if (row > 0) text.Append(',');
                text.Append('{').AppendJoin(',', Enumerable.Range(0, Columns.Length).Where(column => !old || Changed.Contains(column)).Select(column => $"\"{Columns[column].Name}\":{Value(random, column)}")).Append('}');
            }
        }
    }

    static string Value(Random random, int column)
    {
        if (column == 19 && random.Next(10) < 7 || column == 14 && random.Next(10) < 3) return "null";
        string value = Columns[column].Type switch
        {
            "bigint(20)" => random.NextInt64(1, 9_000_000_000).ToString(CultureInfo.InvariantCulture),
            "tinyint(4)" => random.Next(9).ToString(CultureInfo.InvariantCulture),
            "int(11)" => random.Next(1, 5000).ToString(CultureInfo.InvariantCulture),
            "decimal(18,4)" => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 99999)}.{random.Next(10000):D4}"),
            "decimal(18,2)" => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 99999)}.{random.Next(100):D2}"),
            "datetime" => new DateTime(2024, 1, 1).AddSeconds(random.Next(30_000_000)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            _ => column switch
            {
                16 => string.Create(CultureInfo.InvariantCulture, $"SKU-{random.Next(1_000_000):D6}-{random.Next(100):D2}"),
                17 => string.Create(CultureInfo.InvariantCulture, $"华为智能手机 旗舰版 黑色 {random.Next(1000)}号"),
                18 => "杭州市余杭区",
                _ => "请尽快发货，谢谢",
            },
        };
        return "\"" + value + "\"";
    }
}
