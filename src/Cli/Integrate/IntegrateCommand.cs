using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Migrate;
using Orrery.Jobs.Integration;
using Orrery.Jobs.Integration.Cloud;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Yaml;

namespace Orrery.Cli.Integrate;

/// <summary><c>orrery integrate</c>: rows of one system become documents of another, by a mapping.</summary>
static class IntegrateCommand
{
    const string FromVariable = "ORRERY_FROM", ToVariable = "ORRERY_TO";
    const int LinesShown = 50;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The mapping, in YAML or JSON: examples/integration has some." };
        var from = new Option<string?>("--from") { Description = $"The source: {DatabaseAddress.Forms}. Also read from {FromVariable}." };
        var to = new Option<string?>("--to") { Description = $"The target: a database likewise, or {CloudAddress.Form}. Also read from {ToVariable}, which keeps passwords out of the process list." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what would be new and what would change. Nothing is written." };
        var reconcile = new Option<bool>("--reconcile") { Description = "Compares both sides as wholes: what is missing or different on either. Nothing is written; ends with 1 where they differ." };
        var only = new Option<string?>("--only") { Description = "Names of entities, separated by commas. Default: all, in the order of their dependencies." };
        var full = new Option<bool>("--full") { Description = "Reads all rows, also of entities that know what changed." };
        var state = new Option<string?>("--state") { Description = "The file that keeps how far changed rows were read. Default: FILE.state.json. '-' keeps nothing." };
        var rejectFile = new Option<string?>("--reject-file") { Description = "Where documents that were refused are written with the reason, as JSON lines. Default: FILE.rejects.jsonl." };
        var rejects = new Option<long>("--rejects") { Description = "Documents that may be refused in a run before it stops.", DefaultValueFactory = static _ => 10_000 };
        var every = new Option<int>("--every") { Description = "Runs again so many minutes after a run ended, until it is stopped. 0: once." };
        var command = new Command("integrate", "Brings rows of one system into another by a mapping: customers, materials, orders, stock of another ERP into a database or a K/3 Cloud. Documents are found by their key: a second run changes what differs and leaves the rest alone. See docs/guides/integrate.md.")
        {
            file, from, to, dryRun, reconcile, only, full, state, rejectFile, rejects, every,
        };
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(() => SideOptions.RunAsync(() =>
        {
            FileInfo info = parsed.GetValue(file)!;
            if (!info.Exists) throw new WrongInputException($"there is no file {info.FullName}.");
            string source = parsed.GetValue(from) ?? Environment.GetEnvironmentVariable(FromVariable) ?? throw new WrongInputException($"--from is missing: name a database, {DatabaseAddress.Forms}.");
            string target = parsed.GetValue(to) ?? Environment.GetEnvironmentVariable(ToVariable) ?? throw new WrongInputException($"--to is missing: name a database, {DatabaseAddress.Forms}, or {CloudAddress.Form}.");
            if (parsed.GetValue(dryRun) && parsed.GetValue(reconcile)) throw new WrongInputException("--dry-run and --reconcile exclude each other.");
            string named = Path.GetFileNameWithoutExtension(info.Name), stateFile = parsed.GetValue(state) ?? $"{named}.state.json";
            var options = new IntegrationOptions
            {
                IsDryRun = parsed.GetValue(dryRun),
                IsReconciliation = parsed.GetValue(reconcile),
                IsFull = parsed.GetValue(full),
                Only = parsed.GetValue(only)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
                StateFile = stateFile == "-" ? null : stateFile,
                RejectFile = parsed.GetValue(rejectFile) ?? $"{named}.rejects.jsonl",
                RejectsMax = parsed.GetValue(rejects),
            };
            try
            {
                Mapping mapping = MappingFile.Parse(info.Name, File.ReadAllText(info.FullName));
                DatabaseAddress address = Address("--from", source);
                if (!CloudAddress.IsOne(target)) Address("--to", target);
                else CloudAddress.Parse(target);
                for (; ; )
                {
                    bool isInteractive = !Console.IsErrorRedirected;
                    IntegrationReport report = new IntegrationRun(mapping, address, target, options, TimeProvider.System, isInteractive ? Show : null).Run(cancellationToken);
                    int code = Tell(report, options);
                    int minutes = parsed.GetValue(every);
                    if (minutes <= 0) return code;
                    if (cancellationToken.WaitHandle.WaitOne(TimeSpan.FromMinutes(minutes))) return code;
                }
            }
            catch (FileFaultException wrong)
            {
                foreach (string fault in wrong.Faults) Console.Error.WriteLine(fault);
                return 2;
            }
            catch (FormatException wrong)
            {
                throw new WrongInputException($"--to: {wrong.Message}");
            }
            catch (CloudException wrong)
            {
                Console.Error.WriteLine($"orrery: {wrong.Message} The same command goes on where it was.");
                return 1;
            }
        })));
        return command;
    }

    static void Show(EntityReport report) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Entity}: {report.Read:N0} read, {report.Created:N0} new, {report.Changed:N0} changed, {report.Unchanged:N0} the same, {report.Rejected:N0} rejected"));

    static DatabaseAddress Address(string option, string text)
    {
        try
        {
            return DatabaseAddress.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new WrongInputException($"{option}: {wrong.Message}");
        }
    }

    static int Tell(IntegrationReport report, IntegrationOptions options)
    {
        bool isLook = options.IsDryRun || options.IsReconciliation;
        Console.WriteLine($"{"",-24} {"read",10} {(isLook ? "missing" : "new"),10} {(isLook ? "differ" : "changed"),10} {"the same",10} {"rejected",10}{(options.IsReconciliation ? $" {"only there",10}" : "")}");
        foreach (EntityReport entity in report.Entities)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entity.Entity,-24} {entity.Read,10:N0} {entity.Created,10:N0} {entity.Changed,10:N0} {entity.Unchanged,10:N0} {entity.Rejected,10:N0}{(options.IsReconciliation ? string.Create(CultureInfo.InvariantCulture, $" {entity.OnlyInTarget,10:N0}") : "")}"));
        foreach (EntityReport entity in report.Entities)
        {
            IEnumerable<string> lines = isLook ? entity.Lines : entity.Lines.Where(line => line.Contains(": rejected: ", StringComparison.Ordinal));
            foreach (string line in lines.Take(LinesShown)) Console.WriteLine($"  {line}");
        }

        if (report.Rejected > 0) Console.WriteLine($"Rejected documents are in {options.RejectFile}.");
        return report.Rejected > 0 || (options.IsReconciliation && !report.IsEqual) ? 1 : 0;
    }
}
