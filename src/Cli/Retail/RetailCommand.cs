using System.CommandLine;
using System.Globalization;
using System.Net;
using MySql.Data.MySqlClient;
using Orrery.Cli.Hosting;
using Orrery.Cli.Management;
using Orrery.Interfaces.Errors;
using Orrery.Retail.Business;
using Orrery.Retail.Canal;
using Orrery.Retail.MySql;
using Orrery.Retail.Pipelines;
using Orrery.Retail.Schema;
using Orrery.Silo;

namespace Orrery.Cli.Retail;

/// <summary><c>orrery retail</c>: plays the chain of shops of <c>examples/retail</c>, and makes its pipelines.</summary>
static class RetailCommand
{
    const double RateMax = 1_000_000;
    const string MySqlVariable = "ORRERY_RETAIL_MYSQL";

    public static Command Create() => new("retail", "Plays the chain of shops of examples/retail, and makes its pipelines.") { Generate(), Views() };

    public static Option<string?> MySql(string meaning) => new("--mysql")
    {
        Description = $"{meaning} Such as 'Server=127.0.0.1;Port=3306;User ID=root;Password=...'. Also read from the variable {MySqlVariable}, which keeps passwords out of the process list.",
    };

    public static string? ReadMySql(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? (Environment.GetEnvironmentVariable(MySqlVariable) is { Length: > 0 } said ? said : null);

    static Command Generate()
    {
        Option<string?> mysql = MySql("A MySQL or MariaDB to play in: its databases and tables are made where they are not there.");
        var topics = new Option<bool>("--topics") { Description = "Write canal's messages into topics of a cluster, one topic a table. Goes with --cluster." };
        var anew = new Option<bool>("--anew") { Description = "With --mysql: drop the databases of these names first. Without it an earlier play goes on: master data and balances are set back, orders and bills stay." };
        Option<double> rate = Number("--rate", "Transactions a second, of about four rows each; 0: as fast as they go.", 50, 0, RateMax);
        var seed = new Option<int>("--seed") { Description = "The same seed plays the same story, at whatever times.", DefaultValueFactory = static _ => 1 };
        Option<TimeSpan?> length = Length("--for", "How long, such as 60s, 5m or 1h. Default: until Ctrl-C.");
        var most = new Option<long?>("--transactions") { Description = "How many; master data come first and count, and are never left out. Default: no end." };
        most.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<long?>() is < 1 and var count)
                result.AddError($"--transactions: {count} is not 1 or more.");
        });
        Option<double> partitions = Whole("--partitions", "With --topics: partitions of each topic.", 8, 1, 1_024), shops = Whole("--shops", "Shops at the beginning.", 24, 1, 10_000);
        Option<double> held = Whole("--held", "With --topics: of a thousand messages, how many are held back while others go before.", 0, 0, 1_000);
        Option<double> replayed = Whole("--replayed", "With --topics: after how many of a thousand messages the last of the partition come once more.", 0, 0, 1_000);
        var cluster = new ClusterOptionSet(hostsSilo: false, "With --topics: where the cluster keeps everything.");
        var command = new Command("generate", "Plays the chain: orders, tills, the ERP. One line says how far it is.") { mysql, topics, anew, rate, seed, length, most, shops, partitions, held, replayed };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(async () =>
        {
            string? connection = ReadMySql(parsed, mysql);
            if (parsed.GetValue(topics) == connection is not null)
                throw new WrongInputException("say where to: --mysql CONNECTION, or --topics with --cluster.");
            if (connection is null && parsed.GetValue(anew))
                throw new WrongInputException("--anew goes with --mysql: topics keep what was written. Delete the topics, or play into another cluster.");
            // What is there already has lower ids, by the clock.
            long first = parsed.GetValue(anew) ? 100_000_000 : Math.Max(100_000_000, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 1_700_000_000) * 100_000);
            var model = new RetailModel(new RetailOptions { Seed = parsed.GetValue(seed), Shops = (int)parsed.GetValue(shops), FirstNumber = first });
            try
            {
                if (connection is not null)
                    return await IntoMySqlAsync(connection, parsed.GetValue(anew), model, new Pace(parsed.GetValue(rate), parsed.GetValue(length), parsed.GetValue(most)), cancellationToken);
                var disturbance = new Disturbance { HeldPerMille = (int)parsed.GetValue(held), ReplaysPerMille = (int)parsed.GetValue(replayed) };
                var feed = new CanalFeed(new CanalEncoder((int)parsed.GetValue(partitions)), disturbance, parsed.GetValue(seed));
                return await IntoTopicsAsync(cluster.ReadRequired(parsed), feed, (int)parsed.GetValue(partitions), model, new Pace(parsed.GetValue(rate), parsed.GetValue(length), parsed.GetValue(most)), cancellationToken);
            }
            catch (Exception problem) when (problem is MySqlException or ArgumentException or RefusalException)
            {
                await Console.Error.WriteLineAsync($"orrery: {problem.Message}");
                return 1;
            }
        }));
        return command;
    }

    /// <summary><c>orrery retail views</c>: the tables and views of the pipelines, by the web API.</summary>
    static Command Views()
    {
        var signIn = new SignInOptions("--url", "--server");
        var tenant = new Option<string>("--tenant") { Description = "Whose tables and views.", DefaultValueFactory = static _ => "retail" };
        var channel = new Option<string?>("--channel-topic") { Description = "A channel's topic with the changes of all tables. Default: canal's messages, one topic a table." };
        var print = new Option<bool>("--print") { Description = "Only write the statements to standard output." };
        var command = new Command("views", "Makes the tenant, the source tables and the views of examples/retail/pipelines where they are not there yet.") { tenant, channel, print };
        signIn.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(async () =>
        {
            (string File, string Text)[] scripts = [.. RetailPipelines.Scripts(parsed.GetValue(channel) is { } topic ? table => RetailPipelines.ChannelOptions(table, topic) : RetailPipelines.CanalOptions)];
            if (parsed.GetValue(print))
            {
                await Console.Out.WriteLineAsync(string.Concat(scripts.Select(static script => script.Text)));
                return 0;
            }

            try
            {
                using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
                string tenantPath = $"tenants/{Uri.EscapeDataString(parsed.GetValue(tenant)!)}";
                await MakeTenantAsync(api, parsed.GetValue(tenant)!, tenantPath, cancellationToken);
                foreach ((string file, string text) in scripts)
                    await api.SendAsync(HttpMethod.Post, $"{tenantPath}/sql", new { text, origin = file }, cancellationToken);
                Console.WriteLine($"{RetailPipelines.SourcesRead.Count} tables and {RetailPipelines.Views.Count()} views are there.");
                return 0;
            }
            catch (ApiRefusedException refused)
            {
                await Console.Error.WriteLineAsync($"orrery: {refused.Message}");
                return 1;
            }
        }));
        return command;
    }

    static async Task MakeTenantAsync(ApiSession api, string tenant, string path, CancellationToken cancellationToken)
    {
        try
        {
            await api.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        }
        catch (ApiRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            await api.SendAsync(HttpMethod.Post, "tenants", new { id = tenant, name = "Retail chain" }, cancellationToken);
            Console.WriteLine($"The tenant {tenant} is made.");
        }
    }

    static async Task<int> IntoMySqlAsync(string connection, bool startsAnew, RetailModel model, Pace pace, CancellationToken cancellationToken)
    {
        await using MySqlTarget target = await MySqlTarget.OpenAsync(connection, startsAnew, cancellationToken);
        await PlayAsync(new RetailPlay(model, pace.Rate, TimeProvider.System, target.ApplyAsync, static _ => Task.CompletedTask), pace, cancellationToken);
        return 0;
    }

    static async Task<int> IntoTopicsAsync(ClusterSettings settings, CanalFeed feed, int partitions, RetailModel model, Pace pace, CancellationToken cancellationToken)
    {
        await using OrreryServer? client = await OrreryServer.TryStartAsync(new ServerPlan { Cluster = settings, HostsSilo = false }, cancellationToken);
        if (client is null)
            return 1;
        var topics = new RetailTopics(client.Grains, [.. RetailSchema.Instance.Tables], partitions, TimeProvider.System, 1);
        await topics.OpenAsync();
        await PlayAsync(new RetailPlay(model, pace.Rate, TimeProvider.System, (transaction, _) =>
        {
            foreach (CanalMessage message in feed.Carry(transaction))
                topics.Add(message);
            return Task.CompletedTask;
        }, topics.FlushAsync), pace, cancellationToken);
        foreach (CanalMessage message in feed.Flush())
            topics.Add(message);
        await topics.FlushAsync(CancellationToken.None);
        return 0;
    }

    static async Task PlayAsync(RetailPlay play, Pace pace, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        double last = 0;
        try
        {
            await play.RunAsync(pace.Length, pace.Transactions, () =>
            {
                // One line that is written over on a terminal; elsewhere one now and then.
                double seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
                if (seconds - last < (Console.IsOutputRedirected ? 10 : 1))
                    return;
                last = seconds;
                Console.Write(Console.IsOutputRedirected ? play.Line(started) + "\n" : "\r" + play.Line(started));
            }, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // How a play without end ends.
        }

        Console.WriteLine((Console.IsOutputRedirected ? "" : "\r") + play.Line(started));
    }

    static Option<double> Whole(string name, string description, double fallback, double least, double most)
    {
        Option<double> option = Number(name, description, fallback, least, most);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is var value && value != Math.Floor(value))
                result.AddError($"{name}: {value.ToString(CultureInfo.InvariantCulture)} is no whole number.");
        });
        return option;
    }

    public static Option<double> Number(string name, string description, double fallback, double least, double most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        Validators =
        {
            result =>
            {
                if (result.GetValueOrDefault<double>() is var value && !(value >= least && value <= most))
                    result.AddError($"{name}: {value} is not between {least} and {most}.");
            },
        },
    };

    /// <summary>A length of time as 60s, 5m or 1h.</summary>
    public static Option<TimeSpan?> Length(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (TryReadLength(result.Tokens[0].Value, out TimeSpan read))
                return read;
            result.AddError($"{name}: '{result.Tokens[0].Value}' is no length of time. Write it like 60s, 5m or 1h.");
            return null;
        },
    };

    /// <summary>How fast, and until when.</summary>
    sealed record Pace(double Rate, TimeSpan? Length, long? Transactions);

    static bool TryReadLength(string text, out TimeSpan length)
    {
        length = default;
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, _ => 0 };
        if (unit == 0 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) || number <= 0 || number * unit > 86_400 * 365)
            return false;
        length = TimeSpan.FromSeconds(number * unit);
        return true;
    }
}
