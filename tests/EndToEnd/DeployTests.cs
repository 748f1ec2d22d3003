using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orrery.EndToEnd.Tests;

/// <summary>What deploy/ says about the program is true: its options and variables exist, and the board asks for meters that there are.</summary>
public sealed partial class DeployTests
{
    static readonly string Root = FindRoot();

    [Fact]
    public async Task Every_option_in_deploy_is_known_by_the_command_it_is_given_to()
    {
        var help = new Dictionary<string, string>();
        var used = new List<(string File, string Command, string Option)>();
        foreach (string file in Files("deploy"))
            foreach (string line in File.ReadLines(file))
                if (CommandUse().Match(line) is { Success: true } use)
                    used.AddRange(Option().Matches(line[use.Index..]).Select(option => (file, use.Groups["command"].Value, option.Value)));
        used.Count.ShouldBeGreaterThan(20, "the files in deploy start silos and web processes");
        foreach ((string file, string command, string option) in used)
        {
            if (!help.TryGetValue(command, out string? text))
                help[command] = text = (await OrreryProcess.RunAsync(command, "--help")).Said;
            text.ShouldContain($"{option} ", Case.Sensitive, $"{file} gives {option} to 'orrery {command}'");
        }
    }

    [Fact]
    public void Every_variable_in_deploy_is_read_by_the_program()
    {
        string sources = string.Concat(Files("src").Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        foreach (string file in Files("deploy"))
        {
            string text = File.ReadAllText(file);
            foreach (string variable in Variable().Matches(text).Select(match => match.Value).Distinct())
                (sources.Contains($"\"{variable}\"", StringComparison.Ordinal) || text.Contains($"${{{variable}}}", StringComparison.Ordinal))
                    .ShouldBeTrue($"{file} sets {variable}, which nothing reads");
        }
    }

    [Fact]
    public void The_board_shows_meters_that_the_program_has()
    {
        HashSet<string> meters =
        [
            .. Files("src").Where(file => file.EndsWith("Instruments.cs", StringComparison.Ordinal)).SelectMany(file => Meter().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value.Replace('.', '_')),
        ];
        using JsonDocument board = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "deploy", "grafana", "orrery.json")));
        string[] asked =
        [
            .. board.RootElement.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).SelectMany(target => AskedMeter().Matches(target.GetProperty("expr").GetString()!))
                .Select(match => match.Value).Distinct(),
        ];
        asked.Length.ShouldBeGreaterThan(15);
        foreach (string name in asked)
            meters.ShouldContain(MeterEnding().Replace(name, ""), $"the board asks for {name}");
    }

    static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/node_modules/", StringComparison.Ordinal));

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                return folder.FullName;
        throw new InvalidOperationException("The repository's root is not above the tests.");
    }

    /// <summary>The program's command in a list of arguments, or after its name.</summary>
    [GeneratedRegex("""(\["|orrery(\.dll)? )(?<command>silo|web|up|demo|copy|cluster)("| )""")]
    private static partial Regex CommandUse();

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex("ORRERY_[A-Z_]+")]
    private static partial Regex Variable();

    [GeneratedRegex("""Create\w+(?:<\w+>)?\("(orrery\.[a-z_.]+)",""")]
    private static partial Regex Meter();

    [GeneratedRegex("orrery_[a-z_]+")]
    private static partial Regex AskedMeter();

    /// <summary>Units and kinds that the translation to Prometheus' names puts behind a meter's name.</summary>
    [GeneratedRegex("(_seconds|_bytes)?(_bucket|_sum|_count|_total)?$")]
    private static partial Regex MeterEnding();
}
