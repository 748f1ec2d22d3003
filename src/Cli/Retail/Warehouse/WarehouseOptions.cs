using System.CommandLine;
using System.Data.Common;
using Orrery.Cli.Management;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>The options of a run of the whole warehouse.</summary>
sealed class WarehouseOptions
{
    const string LogLevelVariable = "Logging__LogLevel__Default";
    const double RateMax = 100_000;
    const int SilosMax = 20, SeedFallback = 1;
    static readonly TimeSpan LengthFallback = TimeSpan.FromSeconds(20), ChaosLengthFallback = TimeSpan.FromMinutes(2), KillEveryFallback = TimeSpan.FromSeconds(30), Patience = TimeSpan.FromSeconds(120);

    readonly Option<TimeSpan?> length = RetailCommand.Length("--for", "Without --mysql: how long the chain is played, such as 60s, 5m or 1h. Default: 20s; with --chaos 2m.");
    readonly Option<bool> chaos = new("--chaos") { Description = "Without --mysql: kill one process after another on the way, as kill -9 does: silos, the web process, MariaDB, PostgreSQL, Redis. Each is started again." };
    readonly Option<TimeSpan?> killEvery = RetailCommand.Length("--chaos-every", "With --chaos: how often a process is killed. Default: 30s.");
    readonly Option<double> rate = RetailCommand.Number("--rate", "Without --mysql: transactions a second, of about four rows each; 0: as fast as they go.", 50, 0, RateMax);
    readonly Option<double> silos = RetailCommand.Number("--silos", "Without --mysql: silo processes.", 2, 1, SilosMax);
    readonly Option<double> shops = RetailCommand.Number("--shops", "Without --mysql: shops of the chain at the beginning.", 24, 1, 10_000);
    readonly Option<int> seed = new("--seed") { Description = "Without --mysql: the same seed plays the same story.", DefaultValueFactory = static _ => SeedFallback };

    public void AddTo(Command command)
    {
        command.Options.Add(length);
        command.Options.Add(chaos);
        command.Options.Add(killEvery);
        command.Options.Add(rate);
        command.Options.Add(silos);
        command.Options.Add(shops);
        command.Options.Add(seed);
    }

    /// <returns>The exit code.</returns>
    /// <exception cref="WrongInputException">The servers that it takes are not installed.</exception>
    public async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (LocalServers.Missing() is { Count: > 0 } missing)
            throw new WrongInputException($"nothing to compare with: name the MariaDB whose tables the views follow by --mysql, or install what a whole run takes and is not here: {string.Join("; ", missing)}.");
        var plan = new WarehousePlan
        {
            Length = parsed.GetValue(length) ?? (parsed.GetValue(chaos) ? ChaosLengthFallback : LengthFallback),
            KillEvery = parsed.GetValue(chaos) ? parsed.GetValue(killEvery) ?? KillEveryFallback : null,
            Rate = parsed.GetValue(rate),
            Silos = (int)parsed.GetValue(silos),
            Shops = (int)parsed.GetValue(shops),
            Seed = parsed.GetValue(seed),
            Patience = Patience,
        };
        // That what was killed cannot be reached is what a run is about, and it says so itself. Children have the same environment.
        if (Environment.GetEnvironmentVariable(LogLevelVariable) is null)
            Environment.SetEnvironmentVariable(LogLevelVariable, "Error");
        try
        {
            await using var run = new WarehouseRun(plan, TimeProvider.System);
            return await run.RunAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is DbException or ApiRefusedException or InvalidOperationException or TimeoutException or IOException)
        {
            await Console.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }
}
