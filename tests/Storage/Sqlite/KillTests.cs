using System.Globalization;

namespace Orrery.Storage.Tests.Sqlite;

/// <summary>A process is killed in the middle of acknowledged writes; what it acknowledged is all there.</summary>
public sealed class KillTests
{
    const int AcknowledgedWritesMin = 2000;

    [Fact]
    public async Task A_killed_process_loses_no_acknowledged_write_and_tears_none()
    {
        using var store = new StoreDirectory();
        var acknowledged = new Dictionary<string, long>();
        for (var round = 0; round < 3; round++)
        {
            await WriteAndKillAsync(store.Path, acknowledged);
            await OtherProcess.CheckAsync(new StoreDirectory(Copy(store)), acknowledged);
        }

        await OtherProcess.CheckAsync(store, acknowledged);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(4000)]
    [InlineData(70_000)]
    public async Task A_torn_tail_of_the_write_ahead_log_is_ignored_and_every_acknowledged_write_stays(int tornBytes)
    {
        using var store = new StoreDirectory();
        var acknowledged = new Dictionary<string, long>();
        await WriteAndKillAsync(store.Path, acknowledged);

        // As a power cut leaves it: the beginning of a further commit that was never acknowledged.
        var log = await File.ReadAllBytesAsync(store.FilePath + "-wal");
        await using (var stream = new FileStream(store.FilePath + "-wal", FileMode.Append))
        {
            stream.Write(log.AsSpan(32, Math.Min(24, tornBytes)));
            var rest = new byte[Math.Max(0, tornBytes - 24)];
            new Random(tornBytes).NextBytes(rest);
            stream.Write(rest);
        }

        File.Delete(store.FilePath + "-shm");
        await OtherProcess.CheckAsync(store, acknowledged);
        await store.States.ClaimAsync("after", 1);
    }

    static async Task WriteAndKillAsync(string directory, Dictionary<string, long> acknowledged)
    {
        using var process = OtherProcess.Start(OtherProcess.WriteUntilKilled, directory);
        var lines = 0;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            acknowledged[line[..space]] = long.Parse(line[(space + 1)..], CultureInfo.InvariantCulture);
            if (++lines == AcknowledgedWritesMin) process.Kill(); // SIGKILL: nothing of the process runs any more. What it had said before is still read.
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        lines.ShouldBeGreaterThanOrEqualTo(AcknowledgedWritesMin);
    }

    /// <summary>A copy of the directory as the killed process left it, so that checking changes nothing for the next round.</summary>
    static string Copy(StoreDirectory store)
    {
        var copy = Directory.CreateDirectory(Path.Combine(store.Path, $"copy{Directory.GetDirectories(store.Path).Length}")).FullName;
        foreach (var path in Directory.GetFiles(store.Path)) File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        return copy;
    }
}
