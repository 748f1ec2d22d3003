using Orrery.Bench.Harness;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Sources;
using Orrery.Retail.Business;
using Orrery.Retail.Canal;
using Orrery.Retail.Changes;
using Orrery.Retail.Pipelines;
using Orrery.Retail.Tests.Pipelines;

namespace Orrery.Bench.Retail;

/// <summary>
/// Source rows a second of the processor's time, which a loaded machine does not change much, from canal's JSON in batches of the log to all results of the retail warehouse in memory: read, decoded, carried through every pipeline. So much history is played before it is measured
/// that the runtime has compiled what it runs often, as in a silo that has run for a minute. The limit beside it
/// is the same without pipelines: messages to rows of tables alone.
/// </summary>
static class RetailBench
{
    const int RowsPerStep = 2_000, WarmRuns = 3;

    /// <summary>When the chain's story begins; a transaction a second.</summary>
    public static DateTime Began { get; } = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if (context.Options.Has("freshness"))
            return RetailFreshness.RunAsync(context);
        if (context.Options.Has("size"))
            return Task.FromResult(RetailSize.Run(context));
        if (context.Options.Has("postgresql"))
            return RetailSinks.RunAsync(context);
        int transactions = (int)context.Options.Number("transactions", 60_000);
        var (steps, rows, bytes) = History(transactions);
        context.Say($"{transactions:N0} transactions, {rows:N0} rows, {bytes / 1e6:N0} MB of messages, {bytes / rows:N0} bytes a row, {steps.Count:N0} steps");
        var whole = new List<double>();
        var decoding = new List<double>();
        for (int run = 1 - WarmRuns; run <= context.Runs; run++)
        {
            bool isLast = run == context.Runs;
            using var warehouse = new InProcessWarehouse(new DataflowOptions { Clock = isLast && context.Options.Has("operators") ? TimeProvider.System : null });
            List<List<(string, SourceSlice)>> slices = [.. steps.Select(warehouse.Slices)];
            GC.Collect();
            TimeSpan decoded = default, started = Environment.CpuUsage.TotalTime;
            foreach (List<(string, SourceSlice)> step in slices)
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                warehouse.Decode(step);
                decoded += Environment.CpuUsage.TotalTime - before;
                warehouse.Graph.Step(0);
                warehouse.Graph.EndStep();
            }

            double seconds = (Environment.CpuUsage.TotalTime - started).TotalSeconds, decodingSeconds = decoded.TotalSeconds;
            if (warehouse.Rejected.Count > 0)
                throw new InvalidOperationException($"{warehouse.Rejected.Count} messages were refused, such as: {warehouse.Rejected[0]}");
            context.Say($"run {run}: {rows / seconds:N0} rows/s; of {seconds:N2} s of the processor, {decodingSeconds:N2} s in messages; {warehouse.Graph.ResidentBytes / 1e6:N0} MB of state");
            if (run > 0)
            {
                whole.Add(rows / seconds);
                decoding.Add(rows / decodingSeconds);
            }

            if (!isLast)
                continue;
            foreach (PipelineStatement result in RetailPipelines.Results)
                if (warehouse.Graph.FindView(result.Name) is { Status: not ViewStatus.Live } view)
                    throw new InvalidOperationException($"{result.Name}: {view.Reason}");
            if (!context.Options.Has("operators"))
                continue;
            foreach (OperatorReport report in warehouse.Graph.Report().OrderByDescending(static report => report.BusyMicroseconds).Take(40))
                context.Say($"  {report.BusyMicroseconds / 1e3,8:N1} ms {report.Id,4} {report.Kind,-10} {report.RowsIn,9:N0} in {report.RowsOut,9:N0} out {report.StateRows,9:N0} rows  {string.Join(",", report.Views.Take(3))} [{report.Detail}]");
        }

        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            new Figure("canal's messages to all results", BenchContext.Median(whole), "rows/s", "higher", 100_000, "messages to tables alone", BenchContext.Median(decoding)),
        ]);
    }

    /// <summary>The chain that benches play.</summary>
    public static RetailModel Model() => new(new RetailOptions { Shops = 300, Products = 2_000, Members = 5_000, Remembered = 20_000, UnderWay = 10_000 });

    static (List<CanalMessage[]> Steps, long Rows, long Bytes) History(int transactions)
    {
        RetailModel model = Model();
        var encoder = new CanalEncoder();
        var steps = new List<CanalMessage[]>();
        var step = new List<CanalMessage>();
        long rows = 0, inStep = 0, bytes = 0;
        DateTime at = Began;
        for (int number = 0; number < transactions; number++)
        {
            RetailTransaction transaction = model.Next(at = at.AddSeconds(1));
            foreach (CanalMessage message in encoder.Encode(transaction))
            {
                step.Add(message);
                inStep += message.Rows;
                bytes += message.Value.Length;
            }

            if (inStep < RowsPerStep && number < transactions - 1)
                continue;
            steps.Add([.. step]);
            rows += inStep;
            inStep = 0;
            step.Clear();
        }

        return (steps, rows, bytes);
    }
}
