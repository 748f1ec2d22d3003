using System.Reflection;

namespace Orrery.Cli.Hosting;

/// <summary>What a started server says first: where it is, how to sign in, what is happening.</summary>
static class Welcome
{
    public static void Print(OrreryServer server, DirectoryInfo data, string? signIn, IReadOnlyList<string> happenings)
    {
        string version = typeof(Welcome).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
        Console.WriteLine();
        Console.WriteLine($"Orrery {version} is up.");
        Console.WriteLine();
        Console.WriteLine($"  Portal    {server.Address}");
        if (signIn is not null)
            Console.WriteLine($"  Sign in   {signIn}");
        Console.WriteLine($"  Data      {data.FullName}");
        if (!server.HasPortal)
            Console.WriteLine("  The portal's files are not beside the program: only the API answers. './orrery build' makes them.");
        Console.WriteLine();
        foreach (string line in happenings)
            Console.WriteLine($"  {line}");
        Console.WriteLine("  Ctrl-C ends it; started again on the same data it goes on where it was.");
        Console.WriteLine();
    }
}
