using Orrery.Client.Json;

namespace Orrery.Client;

/// <summary>Writes the documents of the agent's doors.</summary>
internal static class Documents
{
    const int AddressesMax = 64, FactsMax = 64, ProcessesMax = 200, VariablesMax = 1_000, SizesMax = 100, StatementsMax = 20;

    public static void Write(JsonBuffer json, string server, ServerRegistration registration)
    {
        json.BeginObject().Name("server").String(server)
            .Name("agent").String(registration.Agent)
            .Name("hostName").String(registration.HostName)
            .Name("operatingSystem").String(registration.OperatingSystem)
            .Name("kernel").String(registration.Kernel)
            .Name("architecture").String(registration.Architecture)
            .Name("cpuModel").String(registration.CpuModel)
            .Name("cpuCores").Number(registration.CpuCores)
            .Name("cpuMegahertz").Number(registration.CpuMegahertz)
            .Name("memoryBytes").Number(registration.MemoryBytes)
            .Name("swapBytes").Number(registration.SwapBytes)
            .Name("bootedAt").Time(registration.BootedAt)
            .Name("disks").BeginArray();
        foreach (DiskFact disk in registration.Disks)
            json.BeginObject().Name("mount").String(disk.Mount).Name("device").String(disk.Device)
                .Name("fileSystem").String(disk.FileSystem).Name("sizeBytes").Number(disk.SizeBytes).EndObject();
        json.EndArray().Name("addresses").BeginArray();
        for (int i = 0; i < registration.Addresses.Count && i < AddressesMax; i++)
            json.String(registration.Addresses[i]);
        json.EndArray().Name("facts").BeginObject();
        int facts = 0;
        foreach (var fact in registration.Facts)
            if (facts++ < FactsMax)
                json.Name(fact.Key).String(fact.Value);
        json.EndObject().EndObject();
    }

    public static void Write(JsonBuffer json, string server, ProcessTable table)
    {
        json.BeginObject().Name("server").String(server)
            .Name("at").Time(table.At).Name("total").Number(table.Total).Name("threads").Number(table.Threads).Name("processes").BeginArray();
        for (int i = 0; i < table.Processes.Count && i < ProcessesMax; i++)
        {
            ProcessRow row = table.Processes[i];
            json.BeginObject().Name("id").Number(row.Id).Name("name").String(row.Name).Name("user").String(row.User)
                .Name("cpuPercent").Number(row.CpuPercent).Name("residentBytes").Number(row.ResidentBytes).Name("threads").Number(row.Threads)
                .Name("state").String(row.State).Name("startedAt").Time(row.StartedAt).Name("command").String(row.Command)
                .Name("watched").Boolean(row.Watched).EndObject();
        }
        json.EndArray().EndObject();
    }

    public static void Write(JsonBuffer json, string server, DatabaseReport report)
    {
        json.BeginObject().Name("server").String(server).Name("name").String(report.Name).Name("engine").String(report.Engine)
            .Name("version").String(report.Version).Name("at").Time(report.At).Name("variables").BeginObject();
        int count = 0;
        foreach (var variable in report.Variables)
            if (count++ < VariablesMax)
                json.Name(variable.Key).String(variable.Value);
        json.EndObject().Name("sizes").BeginObject();
        count = 0;
        foreach (var size in report.Sizes)
            if (count++ < SizesMax)
                json.Name(size.Key).Number(size.Value);
        json.EndObject().Name("slowStatements").BeginArray();
        for (int i = 0; i < report.SlowStatements.Count && i < StatementsMax; i++)
        {
            SlowStatement statement = report.SlowStatements[i];
            json.BeginObject().Name("text").String(statement.Text).Name("calls").Number(statement.Calls)
                .Name("totalMilliseconds").Number(statement.TotalMilliseconds).Name("meanMilliseconds").Number(statement.MeanMilliseconds)
                .Name("maxMilliseconds").Number(statement.MaxMilliseconds).EndObject();
        }
        json.EndArray().Name("error").String(report.Error).EndObject();
    }
}
