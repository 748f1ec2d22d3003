using Orrery.Bench.Harness;
using Orrery.Dataflow.Graphs;

namespace Orrery.Bench.Dataflow;

/// <summary>
/// The join of order items with all of its state in memory-mapped files, beside the same in memory: what a view costs that has grown past its bound. While the system has memory the files' pages are cached;
/// a machine that writes them out is as slow as its disk.
/// </summary>
static class SpillBench
{
    // Past the bound a view goes on at no less than this share of its rate, as long as the system caches the files.
    const double ShareGoal = 0.5;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var changes = OrderChanges.Make((int)context.Options.Number("changes", 500_000));
        double memory = 0, files = 0;
        for (int run = 0; run < context.Runs; run++)
        {
            using var resident = new DataflowGraph(new DataflowOptions());
            memory = Math.Max(memory, JoinLimitBench.Rate(resident, changes, out long expected));
            using var spilling = new DataflowGraph(new DataflowOptions { ResidentBytesMax = 0, SpillFolder = context.Scratch });
            files = Math.Max(files, JoinLimitBench.Rate(spilling, changes, out long rows));
            if (rows != expected)
            {
                context.Say($"In memory the view has told {expected:N0} changes, in files {rows:N0}.");
                context.ExitCode = 1;
            }

            if (run == 0) context.Say($"{resident.ResidentBytes / 1e6:N0} MB in memory; {spilling.SpilledBytes / 1e6:N0} MB in files and {spilling.ResidentBytes / 1e6:N0} MB in memory");
        }

        return Task.FromResult<IReadOnlyList<Figure>>([new Figure("five-way join, state in files", files, "changes/s", "higher", ShareGoal * memory, "in memory", memory)]);
    }
}
