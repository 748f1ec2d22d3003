using System.CommandLine;
using System.Globalization;
using Orrery.Jobs.Following;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Cli.Migrate;

/// <summary>The options of <c>orrery migrate</c> by which a source that goes on changing is followed, cut over and returned to.</summary>
sealed class FollowCommand
{
    readonly Option<bool> follow = new("--follow") { Description = "Follows the source's changes from the copy's begin on (MySQL, MariaDB, PostgreSQL), until it is ended; after a cut-over, the target's back to the source." };
    readonly Option<bool> cutOver = new("--cut-over") { Description = "The guarded step: the lag is small, the source stands still, what is left is applied, both sides are equal, numbering goes on; then the target leads." };
    readonly Option<bool> back = new("--back") { Description = "The same step back to the source, after a cut-over." };
    readonly Option<bool> end = new("--end-follow") { Description = "Ends following for good: the database keeps no log for it any more." };
    readonly Option<bool> isStopped = new("--source-is-stopped") { Description = "Nothing writes to the leading database any more. Else it has to be read-only." };
    readonly Option<int> lag = new("--lag-seconds") { Description = "A cut-over begins only where the position of now is reached within this.", DefaultValueFactory = static _ => 60 };
    readonly Option<int> drain = new("--drain-seconds") { Description = "How long what is left may take once the leading database stands still.", DefaultValueFactory = static _ => 300 };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { follow, cutOver, back, end, isStopped, lag, drain }) command.Add(option);
    }

    /// <summary>Whether one of them is asked for.</summary>
    public bool IsWanted(ParseResult parsed)
    {
        int count = new[] { follow, cutOver, back, end }.Count(option => parsed.GetValue(option));
        return count <= 1 ? count == 1 : throw new WrongInputException("--follow, --cut-over, --back and --end-follow exclude each other: one at a time.");
    }

    public int Run(ParseResult parsed, DatabaseAddress from, DatabaseAddress to, MigrationOptions options, string certificate, string? key, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(lag) < 1 || parsed.GetValue(drain) < 1) throw new WrongInputException("--lag-seconds and --drain-seconds: 1 or more.");
        var bounds = new FollowOptions { SourceIsStopped = parsed.GetValue(isStopped), LagMax = TimeSpan.FromSeconds(parsed.GetValue(lag)), DrainMax = TimeSpan.FromSeconds(parsed.GetValue(drain)) };
        using var line = new ProgressLine();
        var migration = new FollowedMigration(from, to, options, bounds, new JobControl(), TimeProvider.System, line, line);
        if (parsed.GetValue(end))
        {
            migration.End(cancellationToken);
            line.Dispose();
            Console.WriteLine($"Job '{options.Job}' follows no more.");
            return 0;
        }

        if (parsed.GetValue(follow))
        {
            FollowReport report = migration.Run(cancellationToken);
            line.Dispose();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Changes:N0} changes are applied."));
            return 0;
        }

        CutOverReport done = migration.CutOver(parsed.GetValue(back), cancellationToken);
        line.Dispose();
        CertificateFiles.Tell(done.Certificate, certificate, key);
        (DatabaseAddress leader, DatabaseAddress other) = done.IsBack ? (from, to) : (to, from);
        Console.WriteLine($"{leader} leads: let it be written to, and {other} no more.");
        Console.WriteLine(done.CanReturn
            ? $"What changes there is kept from here on. The same command with --follow carries it to {other}; {(done.IsBack ? "--cut-over" : "--back")} returns; --end-follow lets go of it."
            : $"Its changes cannot be followed: there is no way back to {other}.");
        return 0;
    }
}
