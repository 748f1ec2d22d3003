using System.Diagnostics;
using Orrery.Connectors.LogObjects;
using Orrery.Connectors.ObjectStores;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests.Logs;

public sealed class KilledTailerTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killed_again_and_again_among_rotations_the_agent_ships_every_line_once()
    {
        using var ground = new TestDirectory();
        string logs = Directory.CreateDirectory(Path.Combine(ground.Path, "logs")).FullName, state = Path.Combine(ground.Path, "state"), lake = Path.Combine(ground.Path, "lake");
        var written = new List<string>();
        var random = new Random(5);
        using var store = new FolderObjectStore(lake, TimeProvider.System);
        for (int life = 0; life < 6; life++)
        {
            Write();
            using Process agent = Start(logs, state, lake);
            try
            {
                for (int said = 0, until = random.Next(1, 5); said < until; said++)
                {
                    await Said(agent);
                    if (random.Next(2) == 0)
                        File.Move(Path.Combine(logs, "app.log"), Path.Combine(logs, $"app.log.{written.Count}"));
                    Write();
                }

                for (List<ShippedLine> shipped; life == 5 && (shipped = await Shipped(store)).Count < written.Count;)
                    await Said(agent);
            }
            finally
            {
                agent.Kill();
                await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
        }

        List<ShippedLine> lines = await Shipped(store);
        lines.Select(line => line.Text).Order(StringComparer.Ordinal).ShouldBe(written.Order(StringComparer.Ordinal));
        lines.Select(line => line.Id).ShouldBeUnique();

        void Write()
        {
            string[] more = [.. Enumerable.Range(written.Count, random.Next(1, 400)).Select(i => $"2026-11-21 10:00:00 line {i} 订单")];
            File.AppendAllText(Path.Combine(logs, "app.log"), string.Join('\n', more) + "\n");
            written.AddRange(more);
        }
    }

    static Process Start(string logs, string state, string lake)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(KilledTailerTests).Assembly.Location);
        foreach (string argument in (string[])[TailingProcess.Argument, logs, state, lake])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    static async Task Said(Process agent)
    {
        string? line = await agent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
        line.ShouldBe("shipped", "the process should ship, not end");
    }

    static async Task<List<ShippedLine>> Shipped(FolderObjectStore store)
    {
        var reader = new LogObjectReader(store, "");
        var lines = new List<ShippedLine>();
        CancellationToken stop = TestContext.Current.CancellationToken;
        await foreach (string incarnation in reader.IncarnationsAsync("server-1", stop))
            await foreach (LogObjectManifest manifest in reader.BatchesAsync("server-1", incarnation, 0, stop))
                lines.AddRange((await reader.LinesAsync(manifest, stop)).Select(line => ShippedLine.Parse(line.Span)));
        return lines;
    }
}
