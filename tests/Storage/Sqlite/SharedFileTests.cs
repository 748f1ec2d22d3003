using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Orrery.Runtime.Storage;
using Orrery.Storage.Hosting;
using Orrery.Storage.Tests.Shared;

namespace Orrery.Storage.Tests.Sqlite;

/// <summary>Processes of one machine share <c>orrery.db</c> and <c>cluster.db</c>, and are killed in the middle of what they do.</summary>
public sealed class SharedFileTests
{
    public const string OwnUntilKilled = "own-until-killed";

    const int Shards = 12;

    [Fact]
    public async Task Processes_that_share_a_file_and_are_killed_never_share_a_shard_in_a_term_nor_lose_or_double_a_write()
    {
        const int processes = 3, kills = 5, linesBeforeKill = 60;
        var directory = Directory.CreateTempSubdirectory("orrery-shared-").FullName;
        await using var store = new SharedStore(ConnectionTo(directory));
        await store.Cluster.OpenAsync(CancellationToken.None);
        var owners = new ConcurrentDictionary<(string Shard, string Term), string>();
        var writes = new ConcurrentDictionary<(string Grain, string Version), string>();
        await Task.WhenAll(Enumerable.Range(0, processes).Select(async number =>
        {
            for (var life = 1; life <= kills; life++)
            {
                var name = $"silo{number}@{life}";
                using var process = OtherProcess.Start(OwnUntilKilled, $"{directory}|{name}");
                var lines = 0;
                while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
                {
                    var parts = line.Split(' ');
                    if (parts[0] == "took") owners.TryAdd((parts[1], parts[2]), name).ShouldBeTrue($"shard {parts[1]} was taken twice in term {parts[2]}: by {name} too");
                    else writes.TryAdd((parts[1], parts[2]), name).ShouldBeTrue($"version {parts[2]} of {parts[1]} was written twice: by {name} too");
                    if (++lines == linesBeforeKill) process.Kill();
                }

                await process.WaitForExitAsync(CancellationToken.None);
                lines.ShouldBeGreaterThanOrEqualTo(linesBeforeKill, $"{name} ended by itself with {process.ExitCode}");
                var row = (await store.Cluster.ReadAsync(-1, CancellationToken.None)).Members.Single(member => member.Id == SiloId.Parse(name));
                (await store.Cluster.TryUpdateMemberAsync(row with { Status = MemberStatus.Dead, Counter = row.Counter + 1 }, row.Counter, CancellationToken.None)).ShouldBeTrue();
            }
        }));

        foreach (var grain in writes.Keys.GroupBy(write => write.Grain))
        {
            var claim = await store.States.ClaimAsync(grain.Key, long.MaxValue);
            claim.StoredVersion.ShouldBeGreaterThanOrEqualTo(grain.Max(write => long.Parse(write.Version, CultureInfo.InvariantCulture)), grain.Key);
            BitConverter.ToInt64(claim.StoredValue!.Value.ToArray(), 0).ShouldBe(claim.StoredVersion);
        }

        owners.Count.ShouldBeGreaterThan(Shards);
        await store.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>The other process's part: takes whatever is free or a dead silo's, and counts one grain of each of its shards up.</summary>
    public static async Task<int> OwnUntilKilledAsync(string argument)
    {
        var (directory, self) = (argument.Split('|')[0], SiloId.Parse(argument.Split('|')[1]));
        await using var store = new SharedStore(ConnectionTo(directory));
        var ended = Task.Run(Console.In.ReadToEnd); // The console reads on the thread that asks.
        await store.Cluster.OpenAsync(CancellationToken.None);
        await store.Cluster.TryAddMemberAsync(new()
        {
            Id = self, Address = "127.0.0.1:1", Status = MemberStatus.Active, Counter = 1, WireVersionLeast = 1, WireVersionMost = 1, Build = "", StartedAt = DateTimeOffset.UnixEpoch, ChangedAt = DateTimeOffset.UnixEpoch,
        }, CancellationToken.None);
        var random = new Random(((int)self.Generation * 31) + self.Name[^1]);
        while (!ended.IsCompleted) // Ends with the tests' process too, should that die first.
        {
            var shards = (await store.Cluster.ReadAsync(-1, CancellationToken.None)).Shards!.Take(Shards).ToArray();
            var taken = await store.Cluster.TakeShardsAsync(self, [.. shards.Where(_ => random.Next(2) == 0)], CancellationToken.None);
            foreach (var row in taken) Console.Out.WriteLine($"took {row.Shard} {row.Term}");
            foreach (var row in taken)
            {
                var claim = await store.States.ClaimAsync($"grain{row.Shard}", row.Term);
                if (claim.Outcome != GrainStateOutcome.Succeeded) continue;
                var write = await store.States.WriteAsync($"grain{row.Shard}", row.Term, claim.StoredVersion, BitConverter.GetBytes(claim.StoredVersion + 1));
                if (write.Outcome == GrainStateOutcome.Succeeded) Console.Out.WriteLine($"wrote grain{row.Shard} {write.StoredVersion}");
            }

            await store.Cluster.FreeShardsAsync(self, taken, CancellationToken.None);
        }

        return 0;
    }

    static StorageConnection ConnectionTo(string directory) => StorageConnection.Parse($"sqlite:{directory}/orrery.db?shared=true");
}
