using System.CommandLine;
using Orrery.Cli.Management;
using Orrery.Cli.Migrate;
using Orrery.Cli.Retail.Warehouse;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Retail.Pipelines;

namespace Orrery.Cli.Retail;

/// <summary>
/// <c>orrery verify examples/retail</c>: each result of the pipelines, row for row, beside the same SQL run as a batch by MariaDB over its own tables. The server compares, both sides at one position of the binary log; so
/// writers may write.
/// </summary>
static class VerifyCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo?>("folder") { Description = "The folder with the pipelines: examples/retail.", Arity = ArgumentArity.ZeroOrOne };
        var sides = new SideOptions();
        var certificate = new Option<string?>("--certificate") { Description = "With --from and --to: where the certificate is written, FILE.json, and a page beside it, FILE.html." };
        var key = new Option<string?>("--key") { Description = CertificateFiles.KeyDescription };
        var signIn = new SignInOptions("--url", "--server");
        var tenant = new Option<string>("--tenant") { Description = "Whose views.", DefaultValueFactory = static _ => "retail" };
        Option<string?> mysql = RetailCommand.MySql("The MariaDB whose tables the views follow.");
        var patience = new Option<int>("--patience") { Description = "Seconds that the views are given to stand where the tables stand, 600 at most.", DefaultValueFactory = static _ => 30 };
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
                var check = new ServerCheck(api, parsed.GetValue(tenant)!, connection, TimeProvider.System);
                return await CompareAsync([.. RetailPipelines.Load(pipelines).Where(static each => each.Kind == PipelineStatementKind.MaterializedView).Select(static each => each.Name)], check, TimeSpan.FromSeconds(parsed.GetValue(patience)), cancellationToken);
            }
            catch (Exception problem) when (problem is ApiRefusedException or TimeoutException or IOException)
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

    static async Task<int> CompareAsync(string[] names, ServerCheck check, TimeSpan patience, CancellationToken cancellationToken)
    {
        CheckedResults compared = await check.RunAsync(names, patience, cancellationToken);
        bool isEqual = true;
        foreach (string name in names)
        {
            CheckedResult result = compared[name];
            isEqual &= result.IsEqual;
            Console.WriteLine($"{(result.IsEqual ? "equal  " : "DIFFERS")}  {name,-42} {result.RowsExpected,9:N0} rows{(result.IsEqual ? "" : $", {result.Rows:N0} here")}");
            foreach (string reason in result.Reasons)
                Console.WriteLine("    " + reason);
        }

        Console.WriteLine($"{(isEqual ? "All results are equal." : "Results differ.")} {compared.Place}");
        return isEqual ? 0 : 1;
    }
}
