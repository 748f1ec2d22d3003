using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Interfaces;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Sites;
using Orrery.Runtime;

namespace Orrery.Grains.Tests.Health.Intake;

/// <summary>A silo's process is killed in the middle of taking samples, again and again on the same folder; what it acknowledged is all there.</summary>
public sealed class KillTests
{
    const int Rounds = 3;
    const int AcknowledgedMin = 1_500;

    [Fact]
    public async Task A_process_killed_in_the_middle_of_ingestion_loses_no_acknowledged_sample_and_no_state()
    {
        var folder = Directory.CreateTempSubdirectory("orrery-kill-");
        try
        {
            var taken = new HashSet<(int Number, int Partition)>();
            int first = 0;
            for (int round = 0; round < Rounds; round++)
                first = await IngestAndKillAsync(folder.FullName, first, taken);

            using var host = await IngestingProcess.OpenAsync(folder.FullName);
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            var intake = new IntakeOptions { Partitions = 2 };
            for (int partition = 0; partition < intake.Partitions; partition++)
                await grains.GetGrain<ISampleIntakeGrain>($"{partition}").CatchUp();
            (await grains.GetGrain<ISiteGrain>("acme/berlin").ListServerIds()).Count.ShouldBe(IngestingProcess.Servers.Length);
            foreach (string server in IngestingProcess.Servers)
            {
                var expected = taken.Where(sample => sample.Partition == intake.PartitionOf(server)).Select(sample => sample.Number).ToHashSet();
                expected.ExceptWith(await ReadAsync(grains.GetGrain<IServerHealthGrain>(server), first));
                expected.ShouldBeEmpty($"{server} lacks acknowledged samples");
            }

            await host.StopAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<int> IngestAndKillAsync(string directory, int first, HashSet<(int Number, int Partition)> taken)
    {
        using var process = IngestingProcess.Start(directory, first);
        int last = first, lines = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            if (words[0] != "taken")
            {
                words[0].ShouldBe("refused", line);
                continue;
            }

            int number = int.Parse(words[1], CultureInfo.InvariantCulture);
            taken.Add((number, int.Parse(words[2], CultureInfo.InvariantCulture)));
            last = Math.Max(last, number);
            if (++lines == AcknowledgedMin)
                process.Kill(); // SIGKILL: nothing of the process runs any more. What it had said before is still read.
        }

        await process.WaitForExitAsync();
        lines.ShouldBeGreaterThanOrEqualTo(AcknowledgedMin);
        return last + 100; // Numbers that were under way and not acknowledged stay behind.
    }

    static async Task<HashSet<int>> ReadAsync(IServerHealthGrain server, int last)
    {
        var start = IngestingProcess.StartOf(TimeProvider.System);
        var found = new HashSet<int>();
        for (int from = 0; from <= last; from += 10_000)
        {
            var result = await server.Query(new SeriesQuery(
                Samples.Named("m"), start.AddSeconds(from).ToUnixTimeMilliseconds(), start.AddSeconds(from + 9_999).ToUnixTimeMilliseconds(), 1_000, SeriesFunction.Average));
            foreach (var series in result.Series)
                foreach (double value in series.Values)
                    if (!double.IsNaN(value))
                        found.Add((int)value);
        }

        return found;
    }
}
