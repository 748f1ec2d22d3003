using System.CommandLine;
using MySql.Data.MySqlClient;
using Orrery.Cli.Management;
using Orrery.Cli.Migrate;
using Orrery.Cli.Retail.Warehouse;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Retail.Pipelines;

namespace Orrery.Cli.Retail;

/// <summary>
/// <c>orrery verify examples/retail</c>: each result of the pipelines, row for row, beside the same SQL run as a batch by MariaDB over its own tables. Changes need a moment from there to here: it asks again until all are
/// equal, or patience ends. While somebody writes, both sides never stand still at one position: let the generator pause.
/// </summary>
static class VerifyCommand
{
    const int RowsShown = 3;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo?>("folder") { Description = "The folder with the pipelines: examples/retail.", Arity = ArgumentArity.ZeroOrOne };
        var sides = new SideOptions();
        var certificate = new Option<string?>("--certificate") { Description = "With --from and --to: where the certificate is written, FILE.json, and a page beside it, FILE.html." };
        var key = new Option<string?>("--key") { Description = CertificateFiles.KeyDescription };
        var signIn = new SignInOptions("--url", "--server");
        var tenant = new Option<string>("--tenant") { Description = "Whose views.", DefaultValueFactory = static _ => "retail" };
        Option<string?> mysql = RetailCommand.MySql("The MariaDB whose tables the views follow.");
        var patience = new Option<int>("--patience") { Description = "Seconds to wait for the views to become equal.", DefaultValueFactory = static _ => 30 };
        var whole = new WarehouseOptions();
        var command = new Command("verify", "Compares two databases row by row (--from, --to), or every result of the pipelines (examples/retail) with the same SQL run as a batch over the source tables: without --mysql it starts all that this takes, and compares the sinks too. The exit code is 1 where one differs.") { folder, tenant, mysql, patience, certificate, key };
        sides.AddTo(command);
        whole.AddTo(command);
        signIn.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(async () =>
        {
            if (parsed.GetValue(sides.From) is not null || parsed.GetValue(sides.To) is not null)
                return await SideOptions.RunAsync(() => Databases(sides, parsed, parsed.GetValue(certificate), parsed.GetValue(key), cancellationToken));
            if (parsed.GetValue(folder) is null)
                throw new WrongInputException("name two databases with --from and --to, or the folder of the example, examples/retail.");
            if (RetailCommand.ReadMySql(parsed, mysql) is not { } connection)
                return await whole.RunAsync(parsed, cancellationToken);
            string pipelines = Path.Combine(parsed.GetValue(folder)!.FullName, "pipelines");
            if (!Directory.Exists(pipelines))
                throw new WrongInputException($"{pipelines} is not there: name the folder of the example, examples/retail.");
            try
            {
                using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
                await using BatchSide batch = await BatchSide.OpenAsync(connection, cancellationToken);
                return await CompareAsync(RetailPipelines.Load(pipelines), batch, new VerifiedRows(api, parsed.GetValue(tenant)!), TimeSpan.FromSeconds(parsed.GetValue(patience)), cancellationToken);
            }
            catch (Exception problem) when (problem is MySqlException or ApiRefusedException or IOException)
            {
                await Console.Error.WriteLineAsync($"orrery: {problem.Message}");
                return 1;
            }
        }));
        return command;
    }

    static int Databases(SideOptions sides, ParseResult parsed, string? certificate, string? key, CancellationToken cancellationToken)
    {
        (DatabaseAddress from, DatabaseAddress to) = sides.Read(parsed);
        using var line = new ProgressLine();
        Certificate made = new CertificateMaker(from, to, TimeProvider.System, line) { Tables = sides.Tables(parsed), Without = sides.Without(parsed) }.Make(cancellationToken);
        line.Dispose();
        return CertificateFiles.Tell(made, certificate, key) ? 0 : 1;
    }

    static async Task<int> CompareAsync(IReadOnlyList<PipelineStatement> statements, BatchSide batch, VerifiedRows live, TimeSpan patience, CancellationToken cancellationToken)
    {
        PipelineStatement[] views = [.. statements.Where(static each => each.Kind is PipelineStatementKind.View or PipelineStatementKind.MaterializedView)];
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await batch.ComputeAsync(views, cancellationToken);
            var lines = new List<string>();
            bool isEqual = true;
            foreach (PipelineStatement view in views.Where(static each => each.Kind == PipelineStatementKind.MaterializedView))
            {
                (List<string> expected, int columns) = await batch.RowsAsync(view.Name, cancellationToken);
                List<string> actual = await live.ReadAsync(view.Name, columns, cancellationToken);
                bool isSame = expected.SequenceEqual(actual);
                isEqual &= isSame;
                lines.Add($"{(isSame ? "equal  " : "DIFFERS")}  {view.Name,-42} {expected.Count,9:N0} rows{(isSame ? "" : $", {actual.Count:N0} here")}");
                if (isSame)
                    continue;
                lines.AddRange(ResultComparison.Missing(expected, actual).Take(RowsShown).Select(static row => "    missing  " + row));
                lines.AddRange(ResultComparison.Missing(actual, expected).Take(RowsShown).Select(static row => "    surplus  " + row));
            }

            if (!isEqual && TimeProvider.System.GetElapsedTime(started) < patience)
            {
                await Task.Delay(Pause, cancellationToken);
                continue;
            }

            foreach (string line in lines)
                Console.WriteLine(line);
            Console.WriteLine(isEqual ? "All results are equal." : "Results differ. Where somebody still writes, let him pause and verify again.");
            return isEqual ? 0 : 1;
        }
    }
}
