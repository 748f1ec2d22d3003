using System.Text.Json;
using Orrery.Bench.Harness;
using Orrery.Bench.Views;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Retail.Business;
using Orrery.Retail.Canal;
using Orrery.Retail.Pipelines;
using Orrery.Retail.Schema;
using Orrery.Retail.Tests.Pipelines;
using Orrery.Sql.Rows;

namespace Orrery.Bench.Retail;

/// <summary>The retail warehouse in a silo of this process, fed with canal's messages through the log, and the same in a graph beside it that says what is to come out.</summary>
sealed class RetailSilo : IAsyncDisposable
{
    const string Sums = "SELECT SUM(order_count) AS n, SUM(quantity) AS quantity, SUM(total_amount) AS total, SUM(pay_amount) AS paid, SUM(net_amount) AS net FROM ads_order_sales_sum";

    static readonly int Partitions = new CanalEncoder().Partitions;

    readonly ViewsSilo silo;
    readonly RetailModel model = RetailBench.Model();
    readonly CanalEncoder encoder = new();
    readonly InProcessWarehouse expected = new();
    readonly Dictionary<string, TopicWriter> writers = new(StringComparer.Ordinal);
    DateTime at = RetailBench.Began;
    long sequence;

    RetailSilo(ViewsSilo silo) => this.silo = silo;

    public ISqlSchemaGrain Sql => silo.Sql;

    public static async Task<RetailSilo> StartAsync(BenchContext context, string name)
    {
        var made = new RetailSilo(await ViewsSilo.StartAsync(
            context, name, options => options.CheckpointHeldBytes = context.Options.Number("held", options.CheckpointHeldBytes >> 20, 1, 4_096) is var megabytes ? (long)megabytes << 20 : 0, "retail"));
        foreach (RetailTable table in RetailPipelines.SourcesRead)
        {
            await made.silo.Grains.GetGrain<ITopicGrain>(table.Topic).Create(new TopicSettings { Partitions = Partitions });
            made.writers.Add(table.Topic, new TopicWriter(made.silo.Grains, table.Topic, Partitions, 11, 1, TimeProvider.System, new Random(1)));
        }

        foreach ((_, string text) in RetailPipelines.Scripts(RetailPipelines.CanalOptions))
            await made.silo.RunAsync(text);
        return made;
    }

    public Task RunAsync(string text) => silo.RunAsync(text);

    /// <summary>The next transactions as one batch.</summary>
    public RetailBatch Next(int transactions)
    {
        var messages = new List<CanalMessage>();
        for (int number = 0; number < transactions; number++)
            messages.AddRange(encoder.Encode(model.Next(at = at.AddSeconds(1))).Where(message => writers.ContainsKey(message.Topic)));
        expected.Step(expected.Slices(messages));
        return new RetailBatch([.. messages], messages.Sum(static message => (long)message.Rows), Expected());
    }

    /// <summary>The next transactions as one batch, on a day of their own.</summary>
    public RetailDay NextDay(int transactions)
    {
        at = at.Date.AddDays(1).AddHours(8);
        var day = DateOnly.FromDateTime(at);
        return new RetailDay(Next(transactions), day, ExpectedOrders(day));
    }

    /// <summary>Paid orders by day as <c>ads_order_sales_sum</c> of the silo has them.</summary>
    public async Task<Dictionary<DateOnly, long>> AskDaysAsync(DateOnly from)
    {
        using var rows = JsonDocument.Parse((await silo.RunAsync($"SELECT pay_date, order_count FROM ads_order_sales_sum WHERE pay_date >= DATE '{from:yyyy-MM-dd}'"))[^1].Rows.Utf8);
        return rows.RootElement.EnumerateArray().ToDictionary(static row => DateOnly.Parse(row[0].GetString()!, System.Globalization.CultureInfo.InvariantCulture), static row => row[1].GetInt64());
    }

    /// <summary>Puts a batch into the log; when this returns it is durable.</summary>
    public async Task GiveAsync(RetailBatch batch)
    {
        foreach (CanalMessage message in batch.Messages)
            writers[message.Topic].AddTo(message.Partition, System.Text.Encoding.UTF8.GetBytes(message.Key), message.Value, 0);
        sequence++;
        await Task.WhenAll(writers.Values.Where(static writer => writer.Records > 0).Select(writer => writer.FlushAsync(sequence, CancellationToken.None)));
    }

    /// <summary>The sums over <c>ads_order_sales_sum</c> as the silo has them.</summary>
    public async Task<RetailSums> AskAsync()
    {
        using var rows = JsonDocument.Parse((await silo.RunAsync(Sums))[^1].Rows.Utf8);
        JsonElement row = rows.RootElement[0];
        decimal Value(int place) => row[place].ValueKind switch { JsonValueKind.Number => row[place].GetDecimal(), JsonValueKind.String => decimal.Parse(row[place].GetString()!, System.Globalization.CultureInfo.InvariantCulture), _ => 0 };
        return new RetailSums(Value(0), Value(1), Value(2), Value(3), Value(4));
    }

    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        expected.Dispose();
    }

    long ExpectedOrders(DateOnly day)
    {
        DataflowView view = expected.Graph.FindView("ads_order_sales_sum");
        int date = Place(view, "pay_date"), count = Place(view, "order_count");
        string text = day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        long orders = 0;
        view.ReadRows((row, weight) =>
        {
            object?[] values = RowValues.ToObjects(row, view.Layout);
            if (values[date] is { } of && RowValues.Text(of, view.Layout.Schema[date].Type) == text)
                orders += weight * (long)values[count]!;
        });
        return orders;
    }

    static int Place(DataflowView view, string name) => view.Layout.Schema.Columns.ToList().FindIndex(column => column.Name == name);

    RetailSums Expected()
    {
        DataflowView view = expected.Graph.FindView("ads_order_sales_sum");
        int[] places = [.. new[] { "order_count", "quantity", "total_amount", "pay_amount", "net_amount" }.Select(name => Place(view, name))];
        decimal[] sums = new decimal[places.Length];
        view.ReadRows((row, weight) =>
        {
            object?[] values = RowValues.ToObjects(row, view.Layout);
            for (int index = 0; index < places.Length; index++)
                if (values[places[index]] is { } value)
                    sums[index] += weight * decimal.Parse(RowValues.Text(value, view.Layout.Schema[places[index]].Type), System.Globalization.CultureInfo.InvariantCulture);
        });
        return new RetailSums(sums[0], sums[1], sums[2], sums[3], sums[4]);
    }
}

/// <param name="Rows">Of the source.</param>
/// <param name="After">What the sums are once it is in.</param>
sealed record RetailBatch(CanalMessage[] Messages, long Rows, RetailSums After);

/// <param name="Orders">Of the day, once the batch is in.</param>
sealed record RetailDay(RetailBatch Batch, DateOnly Day, long Orders);

readonly record struct RetailSums(decimal Orders, decimal Quantity, decimal Total, decimal Paid, decimal Net);
