from django.urls import path

from journal import views

app_name = "journal"

urlpatterns = [path("oefenmodus/klok/", views.set_clock, name="set_clock")]
