using System.Diagnostics;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Tests.Servers;

namespace Orrery.Jobs.Tests.Running;

/// <summary>A target whose disk fills: a tablespace of a PostgreSQL on a small file system in memory, which grows later.</summary>
public sealed class FullDiskTests
{
    const int Rows = 40_000, ChunkRows = 1000;

    [Fact]
    public async Task A_target_whose_disk_fills_is_waited_for_by_its_name_and_nothing_is_lost_when_there_is_space_again()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        string disk = Directory.CreateTempSubdirectory("orrery-disk-").FullName;
        if (!Mount("-t", "tmpfs", "-o", "size=8m,mode=0777", "orrery", disk))
        {
            Directory.Delete(disk);
            Assert.Skip("a file system cannot be mounted here: that takes root");
        }

        try
        {
            await using PostgreSqlServer server = await PostgreSqlServer.Start();
            string folder = Path.Combine(disk, "tables");
            Directory.CreateDirectory(folder);
            if (Environment.UserName == "root") Process.Start("chown", ["postgres", folder]).WaitForExit();
            DatabaseAddress plain = DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{server.Port}/postgres");
            plain.Run($"CREATE TABLESPACE small LOCATION '{folder}'", "CREATE DATABASE shop", "ALTER DATABASE shop SET default_tablespace = small");
            DatabaseAddress to = DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{server.Port}/shop"), from = DatabaseAddress.Parse($"sqlite:{Path.Combine(Path.GetDirectoryName(disk)!, $"{Path.GetFileName(disk)}.db")}");
            from.Run("CREATE TABLE many (id INTEGER PRIMARY KEY, text VARCHAR(1000))", $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) INSERT INTO many SELECT i, printf('%d %.*c', i, 600, 'x') FROM n");
            var waiting = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            long rowsThen = 0;
            var progress = new Watch(value =>
            {
                if (value.Waiting is not { } reason || waiting.Task.IsCompleted) return;
                rowsThen = value.Rows;
                waiting.TrySetResult(reason);
            });
            Task<MigrationReport> run = Task.Factory.StartNew(() => new Migration(from, to, new MigrationOptions { Job = "full", ChunkRows = ChunkRows }, new JobControl(), TimeProvider.System, progress).Run(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAny(run, waiting.Task).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            run.IsCompleted.ShouldBeFalse("a full disk is waited for");
            (await waiting.Task).ShouldSatisfyAllConditions(reason => reason.ShouldContain("a disk is full"), reason => reason.ShouldContain("No space left on device"), reason => reason.ShouldContain("pg_tblspc"));
            rowsThen.ShouldBeInRange(1, Rows - 1);
            Mount("-o", "remount,size=200m", disk).ShouldBeTrue();
            (await run.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken)).Rows.ShouldBe(Rows);
            from.ShouldEqual(to);
        }
        finally
        {
            Process.Start("umount", ["-l", disk]).WaitForExit();
            Directory.Delete(disk);
            foreach (string file in Directory.GetFiles(Path.GetDirectoryName(disk)!, $"{Path.GetFileName(disk)}.db*")) File.Delete(file);
        }
    }

    static bool Mount(params string[] arguments)
    {
        using Process mount = Process.Start(new ProcessStartInfo("mount", arguments) { RedirectStandardError = true })!;
        mount.WaitForExit();
        return mount.ExitCode == 0;
    }

    sealed class Watch(Action<JobProgress> watch) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => watch(value);
    }
}
