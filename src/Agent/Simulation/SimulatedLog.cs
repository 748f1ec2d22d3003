using System.Globalization;
using Orrery.Client;

namespace Orrery.Agent.Simulation;

/// <summary>What a simulated ERP writes into its log: more when it is busy, worse when it is in trouble. Ids are a function of time, so that a line written again is the same line.</summary>
internal sealed class SimulatedLog(OrreryClient client, SiteCharacter site)
{
    /// <summary>The lines of one moment, if any.</summary>
    /// <param name="now">Unix milliseconds, on the grid of the simulation.</param>
    /// <param name="stepMilliseconds">The grid.</param>
    public void Write(long now, long stepMilliseconds)
    {
        double activity = site.Activity(now) * site.Size;
        double chance = Noise.Uniform(site.Seed + 80, (ulong)now);
        // About two lines a minute at full activity.
        if (chance < 2.0 * stepMilliseconds / 60_000 * (0.1 + activity))
            Business(now, Noise.Mix(site.Seed + 81, (ulong)now));
        if (site.Trouble == Trouble.Runaway && site.Progress(now, 44, 11) is > 0 && chance > 0.93)
            Line(now, LogLevel.Warning, "report-engine", "Report 'Inventory age by batch' is still running: 41,000,000 rows read, no end in sight", "t");
        if (site.Trouble == Trouble.Leak && site.Progress(now, 420, 420) > 0.85 && chance > 0.95)
            Line(now, LogLevel.Error, "erp-app", "OutOfMemoryException while loading BOM 7-40012: the request was ended", "t");
        if (site.Trouble == Trouble.DiskFills && site.Progress(now, 540, 540) > 0.8 && chance > 0.95)
            Line(now, LogLevel.Error, "backup", "Backup of 'erp' failed: there is not enough space on the disk", "t");
        if (site.Trouble == Trouble.Locks && activity > 0.15 && chance > 0.95)
            Line(now, LogLevel.Warning, "database", "Lock wait timeout exceeded on t_stk_inventory; transaction was rolled back and tried again", "t");
    }

    void Business(long now, ulong random)
    {
        int number = (int)(random % 900_000) + 100_000;
        int milliseconds = 40 + (int)(random >> 20) % 900;
        switch ((random >> 40) % 8)
        {
            case 0:
                Line(now, LogLevel.Information, "sales", $"Order XSDD{number} was saved and audited in {milliseconds} ms", "b");
                break;
            case 1:
                Line(now, LogLevel.Information, "inventory", $"Outbound XSCK{number} was posted: {milliseconds % 40 + 1} lines", "b");
                break;
            case 2:
                Line(now, LogLevel.Information, "finance", $"Voucher {number} was posted to period {DateTimeOffset.FromUnixTimeMilliseconds(now).Month.ToString(CultureInfo.InvariantCulture)}", "b");
                break;
            case 3:
                Line(now, LogLevel.Information, "purchase", $"Receipt CGRK{number} matched invoice within tolerance", "b");
                break;
            case 4:
                Line(now, LogLevel.Information, "production", $"Planning run finished: {number / 10} requirements in {milliseconds / 10} s", "b");
                break;
            case 5:
                Line(now, LogLevel.Debug, "session", $"User {number % 400} signed in from the branch office", "b");
                break;
            case 6:
                Line(now, LogLevel.Warning, "integration", $"The warehouse system answered after {milliseconds * 12} ms; order XSDD{number} is sent again", "b");
                break;
            default:
                Line(now, (random >> 50) % 4 == 0 ? LogLevel.Error : LogLevel.Warning, "webapi", $"Batch save refused: document DD{number} lacks a stock organisation", "b");
                break;
        }
    }

    void Line(long now, LogLevel level, string source, string text, string kind) =>
        client.Log(level, source, text, null, DateTimeOffset.FromUnixTimeMilliseconds(now), "sim-" + kind + now.ToString("x", CultureInfo.InvariantCulture));
}
