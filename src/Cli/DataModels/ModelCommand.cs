using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Orrery.Cli.Migrate;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.DataModels;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Schemas;
using Orrery.Jobs.Yaml;

namespace Orrery.Cli.DataModels;

/// <summary><c>orrery model</c>: a data model in YAML becomes DDL and upgrade scripts, is compared with a live database, and is read from one.</summary>
static class ModelCommand
{
    const string DatabaseVariable = "ORRERY_DATABASE";
    const int TextShown = 160;

    public static Command Create() => new("model", "A data model in YAML: DDL and rows for every engine, comparison with a live database, upgrade scripts, data dictionary. See docs/guides/models.md.")
    {
        Build(), Diff(), Upgrade(), Check(), Read(), Dictionary(),
    };

    static Command Build()
    {
        (Argument<FileInfo> file, Option<string?> engine, Option<string?> database, Option<FileInfo?> output) = (File(), Engine(), Database("The database to build in; it must not have the model's tables."), Output());
        var command = new Command("build", "Renders tables, rows and foreign keys for an engine (--for), or makes them in an empty database (--database).") { file, engine, database, output };
        command.SetAction((parsed, cancellationToken) => Run(() =>
        {
            DataModel model = Parse(parsed.GetValue(file)!);
            if (AddressOf(parsed.GetValue(database)) is { } address)
            {
                using IDatabase open = address.Open();
                ModelSchema schema = ModelSchema.Of(model, open.Dialect);
                HashSet<string> there = [.. open.ListTables().Select(table => table.Name)];
                if (schema.Tables.Select(table => table.Schema.Name.Name).Where(there.Contains).ToArray() is { Length: > 0 } taken) throw new WrongInputException($"the database has {string.Join(", ", taken.Take(10))} already: 'orrery model upgrade' changes what is there.");
                int count = LiveComparison.Run(open, ModelScript.Build(schema), withDestructive: true, cancellationToken);
                Tell(schema.HandWork);
                Console.WriteLine($"{model.Tables.Count.ToString(CultureInfo.InvariantCulture)} tables were made in {address}, by {count.ToString(CultureInfo.InvariantCulture)} statements.");
                return 0;
            }

            ModelSchema text = ModelSchema.Of(model, DialectOf(parsed.GetValue(engine)));
            Write(parsed.GetValue(output), ModelScript.Text(ModelScript.Build(text), text.Dialect, Head(model, text, "build"), withDestructive: true));
            return 0;
        }));
        return command;
    }

    static Command Diff()
    {
        (Argument<FileInfo> file, Option<string?> engine, Option<string?> database, Option<FileInfo?> from) = (File(), Engine(), Database("The database to compare with."), From());
        var command = new Command("diff", "Lists how a live database (--database), or another version of the model (--from), differs from the model. Ends with 1 where something differs.") { file, engine, database, from };
        command.SetAction((parsed, cancellationToken) => Run(() =>
        {
            (SchemaChanges changes, _, _) = Compare(Parse(parsed.GetValue(file)!), AddressOf(parsed.GetValue(database)), parsed.GetValue(from), parsed.GetValue(engine) ?? "postgresql");
            foreach (string line in changes.Lines()) Console.WriteLine(line);
            Console.WriteLine(changes.AreNone ? "Nothing differs." : $"{changes.Lines().Count.ToString(CultureInfo.InvariantCulture)} differences.");
            return changes.AreNone ? 0 : 1;
        }));
        return command;
    }

    static Command Upgrade()
    {
        (Argument<FileInfo> file, Option<string?> engine, Option<string?> database, Option<FileInfo?> from, Option<FileInfo?> output) = (File(), Engine(), Database("The database that is to become what the model says."), From(), Output());
        var destructive = new Option<bool>("--allow-destructive") { Description = "Steps that lose something (columns and tables that go, types that become narrower) are part of the script. Else they stand in it as remarks." };
        var apply = new Option<bool>("--apply") { Description = "Runs the script in the database, as one transaction where the engine can (not MySQL)." };
        var command = new Command("upgrade", "Renders the script that makes a live database (--database), or one of another version of the model (--from, --for), what the model says. Renames are declared in the model by 'was'.") { file, engine, database, from, output, destructive, apply };
        command.SetAction((parsed, cancellationToken) => Run(() =>
        {
            DataModel model = Parse(parsed.GetValue(file)!);
            DatabaseAddress? address = AddressOf(parsed.GetValue(database));
            if (address is null && parsed.GetValue(apply)) throw new WrongInputException("--apply wants --database.");
            if (address is null && parsed.GetValue(engine) is null) throw new WrongInputException("--for is missing: name the engine, or a database by --database.");
            (SchemaChanges changes, ModelSchema wanted, string before) = Compare(model, address, parsed.GetValue(from), parsed.GetValue(engine));
            IReadOnlyList<ScriptStep> steps = UpgradeScript.Of(wanted, changes);
            bool withDestructive = parsed.GetValue(destructive);
            if (!parsed.GetValue(apply))
            {
                Write(parsed.GetValue(output), ModelScript.Text(steps, wanted.Dialect, [.. Head(model, wanted, $"upgrade from {before}"), .. changes.AreNone ? ["nothing differs"] : Array.Empty<string>()], withDestructive));
                return 0;
            }

            using IDatabase open = address!.Open();
            int count = LiveComparison.Run(open, steps, withDestructive, cancellationToken);
            int left = steps.Count(step => step.IsDestructive && !withDestructive);
            Console.WriteLine($"{count.ToString(CultureInfo.InvariantCulture)} statements ran in {address}.{(left > 0 ? $" {left.ToString(CultureInfo.InvariantCulture)} that lose something were left out: --allow-destructive." : "")}");
            SchemaChanges rest = LiveComparison.Compare(wanted, open);
            foreach (string line in rest.Lines()) Console.WriteLine($"still: {line}");
            return rest.AreNone || left > 0 ? 0 : 1;
        }));
        return command;
    }

    static Command Check()
    {
        Argument<FileInfo> file = File();
        var command = new Command("check", "Reads a model and says what is wrong with it, and what an engine does not take of it.") { file };
        command.SetAction((parsed, cancellationToken) => Run(() =>
        {
            DataModel model = Parse(parsed.GetValue(file)!);
            foreach (IDialect dialect in DialectList.All)
            {
                ModelSchema schema = ModelSchema.Of(model, dialect);
                _ = ModelScript.Build(schema);
                Console.WriteLine($"{dialect.Name}: {(schema.HandWork.Count == 0 ? "takes all of it" : $"{schema.HandWork.Count.ToString(CultureInfo.InvariantCulture)} things by hand")}");
                Tell(schema.HandWork);
            }

            Console.WriteLine($"{model.Name}: {model.Tables.Count.ToString(CultureInfo.InvariantCulture)} tables, nothing is wrong.");
            return 0;
        }));
        return command;
    }

    static Command Read()
    {
        (Option<string?> database, Option<FileInfo?> output) = (Database("The database to read."), Output());
        var name = new Option<string?>("--name") { Description = "The model's name. Default: the database's." };
        var command = new Command("read", "Makes a model of a live database; what no model holds (views, triggers, routines) is named on standard error.") { database, name, output };
        command.SetAction((parsed, cancellationToken) => Run(() =>
        {
            DatabaseAddress address = AddressOf(parsed.GetValue(database)) ?? throw new WrongInputException($"--database is missing: name a database, {DatabaseAddress.Forms}.");
            using IDatabase open = address.Open();
            (DataModel model, IReadOnlyList<HandWork> left) = LiveModel.Read(parsed.GetValue(name) ?? Path.GetFileNameWithoutExtension(open.Name), open);
            Write(parsed.GetValue(output), ModelText.Of(model));
            foreach (HandWork work in left) Console.Error.WriteLine($"not in the model: {Line(work)}");
            return 0;
        }));
        return command;
    }

    static Command Dictionary()
    {
        (Argument<FileInfo> file, Option<FileInfo?> output) = (File(), Output());
        var format = new Option<string>("--format") { Description = "markdown or json.", DefaultValueFactory = static _ => "markdown" };
        var command = new Command("dictionary", "Renders the data dictionary: tables, columns, meanings, keys, and each engine's types.") { file, format, output };
        command.SetAction((parsed, cancellationToken) => Run(() =>
        {
            DataModel model = Parse(parsed.GetValue(file)!);
            Write(parsed.GetValue(output), parsed.GetValue(format) switch
            {
                "markdown" or "md" => DataDictionary.Markdown(model),
                "json" => DataDictionary.Json(model),
                var other => throw new WrongInputException($"--format is '{other}': markdown or json."),
            });
            return 0;
        }));
        return command;
    }

    static (SchemaChanges Changes, ModelSchema Wanted, string Before) Compare(DataModel model, DatabaseAddress? address, FileInfo? from, string? engine)
    {
        if ((address is null) == (from is null)) throw new WrongInputException("name either a database by --database or another version of the model by --from.");
        if (address is null)
        {
            DataModel old = Parse(from!);
            IDialect dialect = DialectOf(engine);
            ModelSchema wanted = ModelSchema.Of(model, dialect);
            return (LiveComparison.Compare(wanted, ModelSchema.Of(old, dialect)), wanted, $"{old.Name}{(old.Version is { } version ? $" {version}" : "")}");
        }

        using IDatabase open = address.Open();
        ModelSchema there = ModelSchema.Of(model, open.Dialect);
        return (LiveComparison.Compare(there, open), there, address.ToString());
    }

    static DataModel Parse(FileInfo file) => file.Exists ? ModelFile.Parse(file.Name, System.IO.File.ReadAllText(file.FullName)) : throw new WrongInputException($"there is no file {file.FullName}.");

    static IDialect DialectOf(string? engine) => engine is not null && DialectList.TryFind(engine, out IDialect? dialect)
        ? dialect
        : throw new WrongInputException($"--for is {(engine is null ? "missing" : $"'{engine}'")}: name one of {string.Join(", ", DialectList.All.Select(each => each.Engines[0]))}.");

    static DatabaseAddress? AddressOf(string? text)
    {
        text ??= Environment.GetEnvironmentVariable(DatabaseVariable);
        if (text is null) return null;
        try
        {
            return DatabaseAddress.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new WrongInputException($"--database: {wrong.Message}");
        }
    }

    static IEnumerable<string> Head(DataModel model, ModelSchema schema, string what) =>
    [
        $"{model.Name}{(model.Version is { } version ? $" {version}" : "")}: {what}, for {schema.Dialect.Name}",
        .. schema.HandWork.Select(work => $"by hand: {Line(work)}"),
    ];

    static void Tell(IReadOnlyList<HandWork> work)
    {
        foreach (HandWork each in work) Console.WriteLine($"  {Line(each)}");
    }

    static string Line(HandWork work)
    {
        string what = string.Join(' ', work.What.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"{work.Kind} {work.Name}: {(what.Length > TextShown ? what[..TextShown] + "…" : what)}";
    }

    static void Write(FileInfo? output, string text)
    {
        if (output is null) Console.Write(text);
        else System.IO.File.WriteAllText(output.FullName, text);
    }

    static Task<int> Run(Func<int> run) => Refusals.TellAsync(() => SideOptions.RunAsync(() =>
    {
        try
        {
            return run();
        }
        catch (FileFaultException wrong)
        {
            foreach (string fault in wrong.Faults) Console.Error.WriteLine(fault);
            return 2;
        }
        catch (NativeTypeException wrong)
        {
            Console.Error.WriteLine($"orrery: {wrong.Message}");
            return 1;
        }
    }));

    static Argument<FileInfo> File() => new("file") { Description = "The model, in YAML: examples/models/shop.yaml is one." };

    static Option<string?> Engine() => new("--for") { Description = $"The engine: {string.Join(", ", DialectList.All.Select(each => each.Engines[0]))}." };

    static Option<string?> Database(string what) => new("--database") { Description = $"{what} {DatabaseAddress.Forms}. Also read from {DatabaseVariable}." };

    static Option<FileInfo?> From() => new("--from") { Description = "Another version of the model." };

    static Option<FileInfo?> Output() => new("--out") { Description = "Where the text is written. Default: standard output." };
}
