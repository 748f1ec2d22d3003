using System.Globalization;
using System.Text;

namespace Orrery.Cli.Demo;

/// <summary>A web shop's access log that grows while the demo runs, so that the log channel has something to carry: some requests a second, a few lines that nobody can read.</summary>
sealed class DemoTraffic(DirectoryInfo folder, TimeProvider time, Random random)
{
    const long FileBytesMax = 4 << 20;
    const int LinesPerSecondMax = 12;
    const int UnreadableOneIn = 400;

    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    static readonly string[] Paths = ["/orders", "/orders/items", "/stock", "/materials", "/login", "/boards/sales", "/reports/month"];
    static readonly int[] Statuses = [200, 200, 200, 200, 200, 200, 201, 304, 404, 500];

    /// <summary>What the agent follows.</summary>
    public string Pattern => Path.Combine(folder.FullName, "shop*.log");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        folder.Create();
        string file = Path.Combine(folder.FullName, "shop.log");
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // Rotated as log files are: one generation is kept.
            if (File.Exists(file) && new FileInfo(file).Length > FileBytesMax)
                File.Move(file, Path.Combine(folder.FullName, "shop-1.log"), overwrite: true);
            await File.AppendAllTextAsync(file, Lines(), cancellationToken);
        }
    }

    string Lines()
    {
        var lines = new StringBuilder();
        string at = time.GetLocalNow().ToString("dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture);
        at = at.Remove(at.LastIndexOf(':'), 1);
        for (int line = random.Next(1, LinesPerSecondMax); line > 0; line--)
        {
            if (random.Next(UnreadableOneIn) == 0)
                lines.Append("--- something that is no access log ---\n");
            else
                lines.Append(CultureInfo.InvariantCulture, $"10.0.{random.Next(8)}.{random.Next(1, 255)} - - [{at}] \"GET {Paths[random.Next(Paths.Length)]} HTTP/1.1\" {Statuses[random.Next(Statuses.Length)]} {random.Next(200, 40_000)} \"-\" \"Mozilla/5.0\"\n");
        }

        return lines.ToString();
    }
}
