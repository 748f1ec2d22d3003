using System.Reflection;

namespace Orrery.Cli.Hosting;

/// <summary>What a started server says first: where it is, how to sign in, what is happening.</summary>
static class Welcome
{
    static readonly string Version = typeof(Welcome).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>How a password that is never shown again is shown.</summary>
    public static string Once(string password) => $"admin / {password}   (shown this once: change it after signing in)";

    public static void Print(OrreryServer server, ServerPlan plan, string? signIn, IReadOnlyList<string> happenings)
    {
        List<string> lines = [];
        if (plan.Cluster is { } cluster)
            lines.Add(plan.HostsSilo ? $"Cluster   a member, as silo {cluster.SiloName}" : "Cluster   connected, without a silo");
        if (plan.Data is { } data)
            lines.Add($"Data      {data.FullName}");
        if (!server.HasPortal)
            lines.Add("The portal's files are not beside the program: only the API answers. './orrery build' makes them.");
        Print(server.Address, signIn, lines, happenings);
    }

    public static void Print(Uri portal, string? signIn, IReadOnlyList<string> lines, IReadOnlyList<string> happenings)
    {
        Console.WriteLine();
        Console.WriteLine($"Orrery {Version} is up.");
        Console.WriteLine();
        Console.WriteLine($"  Portal    {portal}");
        if (signIn is not null)
            Console.WriteLine($"  Sign in   {signIn}");
        foreach (string line in lines)
            Console.WriteLine($"  {line}");
        Console.WriteLine();
        foreach (string line in happenings)
            Console.WriteLine($"  {line}");
        Console.WriteLine("  Ctrl-C ends it; started again on the same data it goes on where it was.");
        Console.WriteLine();
    }
}
