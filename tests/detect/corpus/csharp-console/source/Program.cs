Console.WriteLine("aspnetcore");
