using Orrery.Interfaces.Servers;

namespace Orrery.Grains.Servers;

/// <summary>Cuts what machines say about themselves to what is kept: a strange machine is shown in part rather than refused.</summary>
static class RegistrationBounds
{
    const int TextLengthMax = 256;
    const int StatementLengthMax = 4_096;
    const int CommandLengthMax = 256;
    const int DisksMax = 128;
    const int AddressesMax = 64;
    const int FactsMax = 64;
    const int VariablesMax = 1_000;
    const int SizesMax = 100;
    const int StatementsMax = 20;
    const int ProcessesMax = 200;

    public static ServerRegistration Cut(ServerRegistration given) => given with
    {
        Agent = Cut(given.Agent),
        HostName = Cut(given.HostName),
        OperatingSystem = Cut(given.OperatingSystem),
        Kernel = Cut(given.Kernel),
        Architecture = Cut(given.Architecture),
        CpuModel = Cut(given.CpuModel),
        CpuMegahertz = double.IsFinite(given.CpuMegahertz) ? given.CpuMegahertz : 0,
        Disks = [.. (given.Disks ?? []).Take(DisksMax).Select(disk => disk with { Mount = Cut(disk.Mount), Device = Cut(disk.Device), FileSystem = Cut(disk.FileSystem) })],
        Addresses = [.. (given.Addresses ?? []).Take(AddressesMax).Select(address => Cut(address))],
        Facts = Cut(given.Facts, FactsMax),
    };

    public static ProcessTable Cut(ProcessTable given) => given with
    {
        Processes =
        [
            .. (given.Processes ?? []).Take(ProcessesMax).Select(row => row with
            {
                Name = Cut(row.Name),
                User = row.User is null ? null : Cut(row.User),
                CpuPercent = double.IsFinite(row.CpuPercent) ? row.CpuPercent : 0,
                State = Cut(row.State, 16),
                Command = Cut(row.Command, CommandLengthMax),
            }),
        ],
    };

    public static DatabaseReport Cut(DatabaseReport given) => given with
    {
        Engine = Cut(given.Engine),
        Version = Cut(given.Version),
        Variables = Cut(given.Variables, VariablesMax),
        Sizes = (given.Sizes ?? new Dictionary<string, long>()).Take(SizesMax).DistinctBy(pair => Cut(pair.Key)).ToDictionary(pair => Cut(pair.Key), pair => pair.Value),
        SlowStatements = [.. (given.SlowStatements ?? []).Take(StatementsMax).Select(Cut)],
        Error = given.Error is null ? null : Cut(given.Error, StatementLengthMax),
    };

    public static string Cut(string? text, int lengthMax = TextLengthMax) => text is null ? "" : text.Length <= lengthMax ? text : text[..(lengthMax - 1)] + "…";

    static SlowStatement Cut(SlowStatement given) => given with
    {
        Text = Cut(given.Text, StatementLengthMax),
        TotalMilliseconds = double.IsFinite(given.TotalMilliseconds) ? given.TotalMilliseconds : 0,
        MeanMilliseconds = double.IsFinite(given.MeanMilliseconds) ? given.MeanMilliseconds : 0,
        MaxMilliseconds = double.IsFinite(given.MaxMilliseconds) ? given.MaxMilliseconds : 0,
    };

    static Dictionary<string, string> Cut(IReadOnlyDictionary<string, string>? pairs, int countMax) =>
        (pairs ?? new Dictionary<string, string>()).Take(countMax).DistinctBy(pair => Cut(pair.Key)).ToDictionary(pair => Cut(pair.Key), pair => Cut(pair.Value));
}
