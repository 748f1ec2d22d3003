using System.CommandLine;
using System.Data.Common;
using Orrery.Jobs.DataX;
using Orrery.Jobs.Following;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Cli.Migrate;

/// <summary>Two databases and the tables that are meant.</summary>
sealed class SideOptions
{
    const string FromVariable = "ORRERY_FROM", ToVariable = "ORRERY_TO";

    public Option<string?> From { get; } = new("--from") { Description = $"The one database: {DatabaseAddress.Forms}. Also read from {FromVariable}, which keeps passwords out of the process list." };

    public Option<string?> To { get; } = new("--to") { Description = $"The other database. Also read from {ToVariable}." };

    readonly Option<string?> tables = new("--tables") { Description = "Names of tables, separated by commas. Default: all." };
    readonly Option<string?> without = new("--without") { Description = "Names of tables that are left out, separated by commas." };

    /// <summary>Where <c>--to</c> may be a path: the name of the SQLite file that is meant by a folder.</summary>
    public Func<ParseResult, string>? FileName { get; init; }

    public void AddDatabases(Command command)
    {
        command.Add(From);
        command.Add(To);
    }

    public void AddTo(Command command)
    {
        AddDatabases(command);
        command.Add(tables);
        command.Add(without);
    }

    public IReadOnlyList<string> Tables(ParseResult parsed) => Names(parsed.GetValue(tables));

    public IReadOnlyList<string> Without(ParseResult parsed) => Names(parsed.GetValue(without));

    /// <exception cref="WrongInputException">One is missing or cannot be read.</exception>
    public (DatabaseAddress From, DatabaseAddress To) Read(ParseResult parsed)
    {
        DatabaseAddress from = Read("--from", parsed.GetValue(From) ?? Environment.GetEnvironmentVariable(FromVariable)), to = Read("--to", OfPath(parsed, parsed.GetValue(To) ?? Environment.GetEnvironmentVariable(ToVariable)));
        if (from.ToString() == to.ToString()) throw new WrongInputException($"--from and --to are the same database, {from}.");
        if (from.FilePath is { } file && !File.Exists(file)) throw new WrongInputException($"--from: there is no file {file}.");
        return (from, to);
    }

    /// <summary>Runs what blocks on a thread of its own and tells its errors.</summary>
    public static Task<int> RunAsync(Func<int> run) => Task.Factory.StartNew(() =>
    {
        try
        {
            return run();
        }
        catch (MigrationBlockedException blocked)
        {
            Console.Error.WriteLine("orrery: the migration cannot begin:");
            foreach (string blocker in blocked.Blockers) Console.Error.WriteLine($"  {blocker}");
            return 1;
        }
        catch (DataXException wrong)
        {
            DataXFile.Tell(wrong.Problems);
            Console.Error.WriteLine("orrery: the job file cannot be run as it is.");
            return 2;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("orrery: broken off; the same command goes on where it was.");
            return 1;
        }
        catch (Exception problem) when (problem is DbException or IOException or ArgumentException or RejectQuotaException or FollowException or Connectors.ChangeCapture.ChangeSourceException or TokenOverruledException or TimeoutException or UnauthorizedAccessException or Connectors.Rows.ValueRangeException)
        {
            Console.Error.WriteLine(DatabaseAddress.UnopenedIn(problem) is { } database ? $"orrery: {database} cannot be opened: {problem.Message}" : $"orrery: {problem.Message}");
            return 1;
        }
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>A path without an engine's name before it, such as <c>/archive</c> or <c>old.db</c>, is a SQLite file, or a folder that has one.</summary>
    string? OfPath(ParseResult parsed, string? text) => FileName is null || text is null ? text : OfPath(text, FileName(parsed));

    /// <inheritdoc cref="OfPath(ParseResult, string?)"/>
    public static string OfPath(string text, string fileName)
    {
        if (text.IndexOf(':', StringComparison.Ordinal) > 1) return text;
        string path = Path.GetFullPath(text);
        return $"sqlite:{(Directory.Exists(path) || !Path.HasExtension(path) ? Path.Combine(path, fileName) : path)}";
    }

    /// <exception cref="WrongInputException">It is missing or cannot be read.</exception>
    public static DatabaseAddress Read(string option, string? text)
    {
        if (text is null) throw new WrongInputException($"{option} is missing: name a database, {DatabaseAddress.Forms}.");
        try
        {
            return DatabaseAddress.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new WrongInputException($"{option}: {wrong.Message}");
        }
    }

    static string[] Names(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
